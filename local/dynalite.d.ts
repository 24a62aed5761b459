declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** The folder of the LevelDB store; without a folder, everything is in memory. */
    path?: string;
    /** How long the creation, deletion and update of a table take, in milliseconds; 500 each by default. */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  export default function dynalite(options?: DynaliteOptions): Server;
}

declare module 'dynalite/db/index.js' {
  import type { EventEmitter } from 'node:events';

  export type Done = (error: Error | null, value?: unknown) => unknown;
  export type Operation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

  export interface Level extends Record<'put' | 'get' | 'del' | 'batch', (...given: unknown[]) => unknown> {
    status: string;
    getSync(key: string): unknown;
    values(options: object): { nextv(size: number): Promise<unknown[]>; close(): Promise<void> };
    createValueStream(options?: object): EventEmitter;
    open(): Promise<void>;
    /** dynalite's own `close` is for good; this one is Level's. */
    close: { _original(): Promise<void> };
  }

  /** The rows of an index, by keys of their own. */
  interface Rows {
    put(key: string, item: unknown, done: Done): void;
    del(key: string, done: Done): void;
  }

  export interface Store {
    db: Level;
    lifecycleManager: { gracefulClose(): Promise<void> };
    getIndexDb(type: 'Local' | 'Global', table: string, index: string): Rows;
  }

  interface Table extends Partial<Record<'LocalSecondaryIndexes' | 'GlobalSecondaryIndexes', object[]>> {
    TableName: string;
  }

  type Item = object | null | undefined;

  const databases: {
    create(options: object): Store;
    updateIndexes(store: Store, table: Table, before: Item, after: Item, done: Done): unknown;
    getIndexActions(
      indexes: object[],
      before: Item,
      after: Item,
      table: Table,
    ): {
      puts: { index: string; key: string; item: object }[];
      deletes: { index: string; key: string }[];
    };
  };
  export default databases;
}

declare module 'dynalite/db/conditionParser.js' {
  export interface Context {
    attrNames?: Record<string, string>;
    attrVals?: Record<string, object>;
    unusedAttrNames: Record<string, true>;
    unusedAttrVals: Record<string, true>;
  }

  export interface Parser {
    /** A text says what is wrong. */
    parse(text: string, options: { context: Context }): object | string;
  }

  const parser: Parser;
  export default parser;
}

declare module 'dynalite/db/updateParser.js' {
  export { default } from 'dynalite/db/conditionParser.js';
}

declare module 'dynalite/db/projectionParser.js' {
  export { default } from 'dynalite/db/conditionParser.js';
}

declare module 'dynalite/validations/index.js' {
  const validations: {
    /** Throws for a member of a wrong type. Changes what it is given. */
    checkTypes(data: Record<string, unknown>, types: Record<string, unknown>): Record<string, unknown>;
  };
  export default validations;
}
