import { endingScenarios } from '../support/incident-scenarios.ts';
import { stopAnywhere } from '../support/stop-anywhere.ts';
import { startWarden } from '../support/warden.ts';

stopAnywhere(endingScenarios, () => startWarden());
