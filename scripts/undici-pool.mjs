/** All that the runtime takes from undici (see runtime-bundle.ts). */
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
