import { CdcProject } from './projenrc/project';

new CdcProject().synth();
