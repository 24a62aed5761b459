import { endingScenarios } from '../support/incident-scenarios.ts';
import { startWarden } from '../support/start-warden.ts';
import { stopAnywhere } from '../support/stop-anywhere.ts';

stopAnywhere(endingScenarios, () => startWarden());
