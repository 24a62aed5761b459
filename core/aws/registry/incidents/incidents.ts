import { RegistryEnvironment } from '../../../names/environment.ts';
import { registryKinds } from '../../../names/registry-kinds.ts';
import type { Running } from '../../../running.ts';
import type { Clients } from '../../clients.ts';
import { connectEntries } from '../entries.ts';
import { KeptIncidents } from './kept-incidents.ts';
import { LastEnds } from './last-ends.ts';
import { OpenIncidents } from './open-incidents.ts';

/** Incidents in the registry table, by where an incident is: open, then ending, then past (docs/adr/0012). */
export interface Incidents {
  /** At most one for each workflow and kind. */
  open: OpenIncidents;
  /**
   * Copies of incidents whose end is not completed. An incident is here while it is removed from the open incidents.
   */
  ending: KeptIncidents;
  /** Resolved incidents of the last 90 days. */
  past: KeptIncidents;
  lastEnds: LastEnds;
}

export type IncidentPlace = Exclude<keyof Incidents, 'lastEnds'>;

/** The connector of the port `incidents`. */
export const incidents = {
  environment: RegistryEnvironment,
  connect: (environment: RegistryEnvironment, { clock }: Running, clients: Clients): Incidents => {
    const entries = connectEntries(environment, clients);
    return {
      open: new OpenIncidents(entries, clock),
      ending: new KeptIncidents(entries, registryKinds.endingIncident),
      past: new KeptIncidents(entries, registryKinds.incident),
      lastEnds: new LastEnds(entries),
    };
  },
};
