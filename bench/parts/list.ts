import { create as createList } from '../../functions/list.ts';
import { eventOf } from '../harness/events.ts';
import { writeItems } from '../harness/many-items.ts';
import { broken, type Part } from '../harness/part.ts';
import { inTurns, middle, ratio } from '../harness/rounds.ts';
import { Shadow } from '../harness/shadow.ts';

const workflow = 'bench';
const inPage = 200;
const hourMs = 3_600_000;
const pagesOfRound = 10;

/** The first page and a page in the middle of a workflow's list, in order of time and of ids. */
export const listPart: Part = {
  seconds: { quick: 20, usual: 120, full: 120 },
  async measure(size, say) {
    const items = size === 'quick' ? 5_000 : 100_000;
    const rounds = size === 'quick' ? 3 : 9;
    const shadow = await Shadow.start();
    try {
      const times = { now: shadow.now(), deadline: shadow.now() + hourMs };
      await shadow.aws.service.registry.ensureWorkflow(workflow);
      for (let from = 0; from < items; from += 1_000) {
        await writeItems(shadow.aws, { workflow, from, to: from + 1_000, ...times });
        await shadow.replay()();
      }
      say(`wrote ${items} items`);
      const list = createList({ ...shadow.aws.service, access: 'open' });
      const page = async (query: string) => {
        const reply = await list(eventOf('GET', { workflow, query }));
        if (reply.statusCode !== 200) throw new Error(`a list was answered ${reply.statusCode}`);
        const { items: found, cursor } = JSON.parse(reply.body ?? '{}');
        return { found: found.length as number, cursor: cursor as string | undefined };
      };
      const rows: (string | number)[][] = [];
      const short: string[] = [];
      for (const [name, order] of [
        ['by time', `state=waiting&sort=deadline&limit=${inPage}`],
        ['by id', `limit=${inPage}`],
      ] as const) {
        let cursor: string | undefined;
        for (let seen = 0; seen < items / 2; ) {
          const next = await page(
            cursor === undefined ? order : `${order}&cursor=${encodeURIComponent(cursor)}`,
          );
          ({ cursor } = next);
          seen += next.found;
        }
        for (const [place, query] of [
          ['first page', order],
          ['middle page', `${order}&cursor=${encodeURIComponent(cursor ?? '')}`],
        ] as const) {
          const samples = await inTurns(
            [
              {
                name: 'function',
                operations: pagesOfRound,
                prepare: async () => {
                  shadow.record();
                  return async () => {
                    for (let times = 0; times < pagesOfRound; times++) {
                      const { found } = await page(query);
                      if (found < inPage) short.push(`a ${place} ${name} has ${found} items`);
                    }
                  };
                },
              },
              { name: 'calls', operations: pagesOfRound, prepare: async () => shadow.replay() },
            ],
            rounds,
          );
          const [own, calls] = [middle(samples.get('function')), middle(samples.get('calls'))];
          rows.push([
            `${name}, ${place}`,
            calls.processor,
            own.processor,
            ratio(samples.get('function'), samples.get('calls')),
            calls.wall,
            own.wall,
          ]);
          say(`${name}, ${place}`);
        }
      }
      return {
        columns: [
          `ms for ${inPage} of ${items} items`,
          'processor, its calls alone',
          'processor, function',
          'ratio',
          'wall, its calls alone',
          'wall, function',
        ],
        rows,
        broken: broken([short.length > 0, short[0] ?? '']),
      };
    } finally {
      await shadow.close();
    }
  },
};
