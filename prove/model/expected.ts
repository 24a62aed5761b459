import { itemRequestsIn } from '../history/request.ts';
import type { Asked } from '../ledger.ts';
import type { Broken, Evidence, Told } from './evidence.ts';
import { certainSettings } from './settings.ts';
import { itemsAsked, mayChange } from './sighting.ts';
import { at, mostSkewMs } from './times.ts';
import type { Workflow } from './workflow.ts';

/** Every function knows the settings after this, and every registration is counted after that, in milliseconds. */
const settingsKnownMs = 60_000;
const countedMs = 30_000;
/** The margin is a tenth of `every`, and registrations are counted together in 24 parts of it. */
const judgedShare = 1 + 1 / 10 + 1 / 24;

/** P1, P2: people are notified if fewer items were registered than expected, and only then. */
export function expected(evidence: Evidence): Broken[] {
  const told = evidence.told.filter(({ kind }) => kind === 'shortfall');
  return [
    ...[...evidence.workflows.values()].flatMap((workflow) => untold(evidence, workflow, told)),
    ...told.flatMap((one) => enough(evidence, one)),
  ];
}

/** Registrations that came, or may have come. */
const isRegistration = (asked: Asked) => itemRequestsIn(asked.request).some(({ ask }) => ask === 'register');

/** Nothing was registered any more, and nobody was notified. */
function untold(evidence: Evidence, workflow: Workflow, told: readonly Told[]): Broken[] {
  const { settings, since } = certainSettings(workflow) ?? {};
  const everyMs = (settings?.expect?.every ?? 0) * 1_000;
  if (since === undefined || everyMs === 0 || evidence.isDamaged(workflow)) return [];
  const registered = workflow.asked.filter(isRegistration).map(({ end }) => end);
  const away = [...evidence.ledger.outages, ...evidence.away].map(({ to }) => to);
  const from = Math.max(since, ...registered, ...away);
  const judged = from + settingsKnownMs + judgedShare * everyMs + countedMs + 2 * mostSkewMs;
  const by = sweptInPublic(evidence, workflow, judged);
  if (by === Number.POSITIVE_INFINITY) return [];
  const last = told.findLast((one) => one.workflow === workflow.name && one.at <= by);
  if (last !== undefined && last.event !== 'resolved') return [];
  const text = `nothing was registered in ${workflow.name} from ${at(from)}, items are expected every ${everyMs} ms, and nobody was told by ${at(by)}`;
  return [{ promise: 'P1', kind: 'missed', text }];
}

/** When sweeps have judged what is so from this time on, and no silence, not even one that began meanwhile, kept it to itself. */
function sweptInPublic(evidence: Evidence, workflow: Workflow, from: number): number {
  const by = evidence.sweptAfter(workflow.clearFrom(from) + workflow.quietMs);
  const begun = workflow.silences.filter((silence) => silence.from <= by && silence.to > from);
  if (begun.length === 0 || by === Number.POSITIVE_INFINITY) return by;
  return sweptInPublic(evidence, workflow, Math.max(...begun.map(({ to }) => to)));
}

function enough(evidence: Evidence, { message, workflow: name, at: toldAt, event }: Told): Broken[] {
  if (!('shortfall' in message) || message.shortfall === undefined || event === 'resolved') return [];
  const { from, to, atLeast } = message.shortfall;
  const came = evidence
    .workflow(name)
    .asked.filter(({ isFaulted }) => !isFaulted)
    .flatMap(itemsAsked)
    .filter(
      (one) =>
        one.request.ask === 'register' &&
        mayChange(one) &&
        ['created', 'restarted'].includes(one.reply?.json.outcome) &&
        one.at > Date.parse(from) + mostSkewMs &&
        one.end < Date.parse(to) - mostSkewMs,
    );
  if (came.length < atLeast) return [];
  const text = `${name} was said at ${at(toldAt)} to have fewer than ${atLeast} registrations from ${from} to ${to}, and ${came.length} were acknowledged`;
  return [{ promise: 'P2', kind: 'false', text }];
}
