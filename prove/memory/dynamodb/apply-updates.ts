import { invalid } from '../aws-error.ts';
import { type Action, database, type Operand, type Path, type TableSchema } from './dynalite.ts';
import { isValue } from './expressions.ts';
import { addNumbers } from './numbers.ts';
import type { Attribute, Item } from './values.ts';

const wrongType = () => invalid('An operand in the update expression has an incorrect data type');
const invalidPath = () =>
  invalid('The document path provided in the update expression is invalid for update');

/**
 * The item after the actions of an update, in which every operand is of the item before. It shares the unchanged values
 * with the item before. Throws a ValidationException if an operand is missing or of a wrong type.
 */
export function applyUpdates(actions: readonly Action[], before: Item, table: TableSchema): Item {
  const values = actions.map(({ type, val }) => (type === 'set' ? resolved(val, before) : undefined));
  const changed = new Changed(before);
  for (const [at, action] of actions.entries()) {
    const place = changed.placeOf(action.path);
    const value = values[at] ?? changedValue(action, place.value);
    if (action.type === 'set' && action.path.length === 1) checkIndexType(table, action.path[0], value);
    if (value) place.put(value);
    else place.remove();
  }
  return changed.item();
}

/** The value after ADD or DELETE; undefined if nothing is left of it, and after REMOVE. */
function changedValue({ type, val, attrType }: Action, value: Attribute | undefined): Attribute | undefined {
  if (type === 'remove') return undefined;
  const kind = attrType as 'N' | 'SS' | 'NS' | 'BS';
  const operand = val as Attribute;
  if (value && value[kind] === undefined) throw wrongType();
  if (kind === 'N') return { N: addNumbers(value?.N ?? '0', operand.N as string) };
  const members = value?.[kind] ?? [];
  const given = operand[kind] ?? [];
  const left =
    type === 'add'
      ? [...members, ...given.filter((one) => !members.includes(one))]
      : members.filter((one) => !given.includes(one));
  return left.length > 0 ? { [kind]: left } : undefined;
}

function resolved(operand: Operand, item: Item): Attribute {
  // The next call with this expression has other contents in the same object.
  if (isValue(operand)) return { ...operand };
  if (!('type' in operand)) {
    const found = database.mapPath(operand, item);
    if (!found)
      throw invalid('The provided expression refers to an attribute that does not exist in the item');
    return found;
  }
  const [one, other] = operand.args as [Operand, Operand];
  if (operand.name === 'if_not_exists') return database.mapPath(one as Path, item) ?? resolved(other, item);
  const [first, second] = [resolved(one, item), resolved(other, item)];
  if (operand.name === 'list_append') {
    if (!first.L || !second.L) throw wrongType();
    return { L: [...first.L, ...second.L] };
  }
  if (first.N === undefined || second.N === undefined) throw wrongType();
  return { N: addNumbers(first.N, second.N, operand.type === 'add' ? 1 : -1) };
}

/** An item that is being changed. Maps and lists on the way to a change are copied once. */
class Changed {
  readonly #root: { M: Record<string, Attribute> };
  readonly #copies = new Set<Attribute>();
  readonly #gaps = new Set<Attribute>();

  constructor(item: Item) {
    this.#root = { M: { ...item } };
    this.#copies.add(this.#root);
  }

  /** The item with all changes. A list has no gaps: an element that was put behind the end follows the last element. */
  item(): Item {
    for (const gap of this.#gaps) gap.L = gap.L?.filter((one) => one !== undefined) ?? [];
    return this.#root.M;
  }

  placeOf(path: Path) {
    let parent: Attribute = this.#root;
    for (const piece of path.slice(0, -1)) parent = this.#copyOf(parent, piece);
    const last = path.at(-1) as string | number;
    if (typeof last === 'number' ? !parent.L : !parent.M) throw invalidPath();
    const end = parent;
    return {
      value: memberOf(end, last),
      put: (value: Attribute) => {
        if (end.L && Number(last) > end.L.length) this.#gaps.add(end);
        setMember(end, last, value);
      },
      remove: () => {
        if (end.M) delete end.M[last];
        else if (end.L && Number(last) < end.L.length) {
          delete end.L[Number(last)];
          this.#gaps.add(end);
        }
      },
    };
  }

  #copyOf(parent: Attribute, piece: string | number): Attribute {
    const child = memberOf(parent, piece);
    if (!child) throw invalidPath();
    if (this.#copies.has(child)) return child;
    const copy = child.M ? { M: { ...child.M } } : child.L ? { L: [...child.L] } : child;
    this.#copies.add(copy);
    setMember(parent, piece, copy);
    return copy;
  }
}

function memberOf({ M, L }: Attribute, piece: string | number): Attribute | undefined {
  if (typeof piece === 'number') return L?.[piece];
  return M && Object.hasOwn(M, piece) ? M[piece] : undefined;
}

function setMember({ M, L }: Attribute, piece: string | number, value: Attribute): void {
  if (M) M[piece] = value;
  else if (L) L[Number(piece)] = value;
}

function checkIndexType(
  { GlobalSecondaryIndexes = [], AttributeDefinitions }: TableSchema,
  name: unknown,
  value: Attribute | undefined,
): void {
  const isKey = GlobalSecondaryIndexes.some(({ KeySchema }) =>
    KeySchema.some(({ AttributeName }) => AttributeName === name),
  );
  const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  if (isKey && type && value?.[type] === undefined) {
    throw invalid('The update expression attempted to update the secondary index key to unsupported type');
  }
}
