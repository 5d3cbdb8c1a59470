#!/usr/bin/env node
// Writes the table of docs/faults.md: node tests/js/faults/report.mjs
import { table } from '../interop/report/outcomes.js';
import { writePart } from '../interop/report/page.js';
import { head, packageReport } from './report.js';

writePart('package', table(head, await packageReport()), 'faults.md');
