import { Command } from 'commander';
import type { Context } from '../context.ts';
export function auditCommand(_context: Context): Command {
  return new Command('audit');
}
