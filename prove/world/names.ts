export const workflowName = (workflow: number) => `workflow-${workflow}`;
export const itemName = (item: number) => `item-${item}`;
export const itemNumber = (name: string) => Number(name.slice('item-'.length));
export const runName = (run: number | undefined) => (run === undefined ? undefined : `run-${run}`);

/** A text in the data of an item that may be nowhere else. */
export const dataOf = (data: number | undefined) =>
  data === undefined ? undefined : { kept: `data-${data}-kept` };
