import { Command, type HelpContext } from 'commander';

/** What a command declares only when it is chosen, or its help is shown. */
const late = ['option', 'addOption', 'addHelpText', 'addCommand'] as const;

/**
 * A command that notes its options, subcommands and examples, and declares them when they are needed: those of 40 commands
 * would take longer than all else that a start does.
 */
export class LazyCommand extends Command {
  /** Undefined once everything is declared. */
  #noted: (() => void)[] | undefined = [];

  static {
    for (const method of late) {
      const own = Command.prototype[method];
      const value = function (this: LazyCommand, ...args: readonly unknown[]): LazyCommand {
        if (this.#noted) this.#noted.push(() => Reflect.apply(own, this, args));
        else Reflect.apply(own, this, args);
        return this;
      };
      Object.defineProperty(LazyCommand.prototype, method, { value });
    }
  }

  /** Declares what was noted. */
  declare(): this {
    const noted = this.#noted ?? [];
    this.#noted = undefined;
    for (const declare of noted) declare();
    return this;
  }

  /** `warden help list` asks a command that was not chosen. */
  override outputHelp(context?: HelpContext | ((text: string) => string)): void {
    this.declare();
    super.outputHelp(context as HelpContext);
  }
}

/** Declares what the commands below this one have noted, and they in turn. */
export function declareAll({ commands }: Command): void {
  for (const command of commands) {
    if (command instanceof LazyCommand) command.declare();
    declareAll(command);
  }
}
