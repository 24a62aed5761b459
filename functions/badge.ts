import { ItemsTable } from '../core/aws/items/table.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { badgeImage } from '../core/lambda/badge-image.ts';
import { entry } from '../core/lambda/entry.ts';
import { badge } from '../core/operations/workflows/badge.ts';

/** The badges of workflows. Their route has no authorizer. */
export const { create, handler } = entry('badge', { items: ItemsTable, registry: RegistryTable }, (service) =>
  badgeImage(service, (workflow) => badge(service, workflow)),
);
