import { expect, expectTypeOf, test } from 'vitest';
import { type PathParameters, pathOf } from '../../../core/contract/path-of.ts';
import { methodsOf, type Operation, routes } from '../../../core/contract/routes.ts';

const workflow = 'uploads';

test('a path contains its parameters, percent-encoded', () => {
  expect(pathOf('list', { workflow })).toBe('/v1/workflows/uploads/items');
  expect(pathOf('list', { workflow: 'a b/c' })).toBe('/v1/workflows/a%20b%2Fc/items');
  expect(pathOf('change-redrive', { workflow, redrive: '0mk3' })).toBe('/v1/workflows/uploads/redrives/0mk3');
  expect(pathOf('check-health', {})).toBe('/v1/health');
});

test.each(['register', 'read', 'progress', 'complete'] as const)(
  'the path of %s is the query form, which carries every id',
  (operation) => {
    expect(pathOf(operation, { workflow, item: 's3://b/k?v=1%+ä' })).toBe(
      '/v1/workflows/uploads/item?id=s3%3A%2F%2Fb%2Fk%3Fv%3D1%25%2B%C3%A4',
    );
  },
);

test.each(routes)('the path of $operation is one of its routes', ({ operation, method }) => {
  const parameters = { workflow, item: 'a', redrive: 'b', incident: 'c', token: 'd' };
  const needed = Object.entries(parameters).filter(([name]) =>
    routes.some((route) => route.operation === operation && new RegExp(`\\{${name}\\+?\\}`).test(route.path)),
  );
  const path = pathOf<Operation>(operation, Object.fromEntries(needed) as PathParameters<Operation>);
  expect(methodsOf(path.split('?')[0] ?? '')).toContain(method);
});

test('its parameters are those of the route', () => {
  expectTypeOf<PathParameters<'read'>>().toEqualTypeOf<Record<'workflow' | 'item', string>>();
  expectTypeOf<PathParameters<'read-incident'>>().toEqualTypeOf<Record<'incident', string>>();
  expectTypeOf<{ workflow: string }>().not.toExtend<PathParameters<'read-redrive'>>();
});
