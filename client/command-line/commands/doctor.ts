import { Command } from 'commander';
import type { Context } from '../context.ts';
export function doctorCommand(_context: Context): Command {
  return new Command('doctor');
}
