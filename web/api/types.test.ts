// @vitest-environment node
import { readFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, it } from 'vitest';

const DESCRIPTION = new URL('../../docs/openapi.json', import.meta.url);

const HEADING = `/**
 * The service's API, generated from docs/openapi.json: npm run types
 */

`;

it("the types are those of the service's description", async () => {
  const description = JSON.parse(await readFile(DESCRIPTION, 'utf8'));
  const types = await openapiTS(description, {
    // An object of which nothing is said may hold anything.
    emptyObjectsUnknown: true,
    // A name for each schema, and no prefix to it.
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
  });
  await expect(HEADING + astToString(types)).toMatchFileSnapshot('types.ts');
});
