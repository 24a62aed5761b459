import type { Around } from '../around.ts';
import { AwsError } from '../aws-error.ts';
import type { TableSchema } from './dynalite.ts';
import { required } from './inputs.ts';
import { Table, type Tables } from './table.ts';

type Named = { TableName?: string };

/** The operations on whole tables. A table is there at once, as its caller defines it. */
export class TableDefinitions {
  readonly #tables: Tables;
  readonly #around: () => Around;

  constructor(tables: Tables, around: () => Around) {
    this.#tables = tables;
    this.#around = around;
  }

  create(input: Partial<TableSchema>): object {
    const name = required('tableName', input.TableName);
    if (this.#tables.has(name)) {
      throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
    }
    this.#tables.add(new Table(input as TableSchema, this.#around));
    return { TableDescription: this.#description(name) };
  }

  describe({ TableName }: Named): object {
    return { Table: this.#description(TableName) };
  }

  delete({ TableName }: Named): object {
    const TableDescription = this.#description(TableName);
    this.#tables.delete(String(TableName));
    return { TableDescription };
  }

  list(): object {
    return { TableNames: this.#tables.names() };
  }

  #description(name: string | undefined): object {
    const { schema, rows } = this.#tables.get(name);
    const indexes = schema.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: 'ACTIVE' }));
    return { ...schema, GlobalSecondaryIndexes: indexes, TableStatus: 'ACTIVE', ItemCount: rows.size };
  }
}
