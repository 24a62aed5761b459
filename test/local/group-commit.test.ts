import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { GroupCommit } from '../../local/group-commit.ts';
import { InProcessTransport } from '../../local/in-process-transport.ts';

function open(knowsTransactions = true) {
  const database = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
  onTestFinished(() => database.close());
  // A row without its parent is refused, but only when the transaction is committed.
  database.exec(`
    CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE rows (parent INTEGER REFERENCES parents(id) DEFERRABLE INITIALLY DEFERRED) STRICT;
    INSERT INTO parents VALUES (1);`);
  const seen = new Proxy(database, {
    get: (_, name: 'exec' | 'isTransaction') =>
      name === 'exec' ? database.exec.bind(database) : knowsTransactions ? database[name] : undefined,
  });
  const commits = new GroupCommit(seen);
  const add = (parent: number) => {
    commits.join();
    database.prepare('INSERT INTO rows VALUES (?)').run(parent);
    return commits.settled();
  };
  const count = () => database.prepare('SELECT count(*) AS rows FROM rows').get()?.rows;
  return { database, commits, add, count };
}

test('writes of one turn are one transaction, and settle when it is kept', async () => {
  const { database, commits, add, count } = open();
  const [first, second] = [add(1), add(1)];
  expect(first).toBe(second);
  expect(database.isTransaction).toBe(true);
  await first;
  expect(database.isTransaction).toBe(false);
  expect([count(), commits.settled()]).toEqual([2, undefined]);
});

test('a transaction that is not kept is told to everybody who wrote in it, and the next one is', async () => {
  const { add, count } = open();
  const outcomes = await Promise.allSettled([add(1), add(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await add(1);
  expect(count()).toBe(1);
});

test.each(['this Node', 'Node 22.13, which cannot tell whether a transaction is open'])(
  'what SQLite has rolled back by itself is told, too: %s',
  async (node) => {
    const { database, add, count } = open(node === 'this Node');
    const lost = add(1);
    database.exec('ROLLBACK');
    const kept = add(1);
    await expect(lost).rejects.toMatchObject({ code: 'ERR_SQLITE_ERROR' });
    await kept;
    await expect(Promise.all([add(1), add(2)])).rejects.toMatchObject({ code: 'ERR_SQLITE_ERROR' });
    expect(count()).toBe(1);
  },
);

test('no reply leaves before what was written is kept (P1)', async () => {
  const { commits, add } = open();
  const transport = new InProcessTransport(
    (_, response) => {
      add(2);
      response.end('kept');
    },
    () => commits.settled(),
  );
  const request = { method: 'POST', path: '/', headers: {} };
  // Clients repeat such a call.
  await expect(transport.handle(request)).rejects.toMatchObject({ $retryable: {} });
});
