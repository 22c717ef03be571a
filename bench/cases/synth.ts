import { Case } from '../case';
export const synth: Case = { name: 'synth', title: '', run: async () => ({ settings: {}, figures: [] }) };
