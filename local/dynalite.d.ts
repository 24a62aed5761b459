declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** The LevelDB store's folder; without one, everything is in memory. */
    path?: string;
    /** Milliseconds that tables take to be made, deleted and changed, 500 each by default. */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  export default function dynalite(options?: DynaliteOptions): Server;
}
