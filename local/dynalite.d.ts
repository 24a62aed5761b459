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
  export interface Level extends Record<'put' | 'get' | 'del' | 'batch', (...given: unknown[]) => unknown> {
    open(): Promise<void>;
    /** dynalite's own `close` is for good; this one is Level's. */
    close: { _original(): Promise<void> };
  }

  export interface Store {
    db: Level;
    lifecycleManager: { gracefulClose(): Promise<void> };
  }

  const databases: { create(options: object): Store };
  export default databases;
}
