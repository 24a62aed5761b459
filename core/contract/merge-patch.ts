import * as z from 'zod/mini';

/** A JSON Merge Patch (RFC 7396) of a value: members to change, and null for members to remove, in objects inside too. */
export type MergePatch<Value> = Value extends object
  ? { [Name in keyof Value]?: MergePatch<Value[Name]> | null | undefined }
  : Value;

/** The schema of merge patches for values of a schema: of objects and records, in which every member is optional. */
export function mergePatchOf<Schema extends z.core.$ZodType>(
  schema: Schema,
): z.ZodMiniType<MergePatch<z.output<Schema>>, MergePatch<z.input<Schema>>> {
  return patchOf(schema) as ReturnType<typeof mergePatchOf<Schema>>;
}

function patchOf(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional') return described(patchOf(def.innerType), schema);
  if (def.type === 'record') return z.record(def.keyType, z.nullable(def.valueType));
  if (def.type !== 'object') return schema;
  const members = Object.entries(def.shape).map(([name, member]) => [
    name,
    z.optional(z.nullable(patchOf(member))),
  ]);
  return described(z.strictObject(Object.fromEntries(members)), schema);
}

/** A patch says the same of itself as the value; its examples would be incomplete. */
function described(patch: z.core.$ZodType, schema: z.core.$ZodType): z.core.$ZodType {
  const { description } = z.globalRegistry.get(schema) ?? {};
  return description === undefined ? patch : (patch as z.ZodMiniType).check(z.meta({ description }));
}
