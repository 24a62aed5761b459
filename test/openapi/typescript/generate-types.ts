import openapiTypescript, { astToString } from 'openapi-typescript';

/** The TypeScript types of an OpenAPI document, as source text. */
export async function typesOf(document: object): Promise<string> {
  return astToString(await openapiTypescript(JSON.stringify(document)));
}
