import { Command } from 'commander';
import type { Context } from '../context.ts';
export function drillCommand(_context: Context): Command {
  return new Command('drill');
}
