import { overviewText } from './overview.ts';
import { quietlyEnding } from './quietly-ending.ts';

const { stdout } = process;
quietlyEnding(stdout).write(overviewText(stdout.columns));
