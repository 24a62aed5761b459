import { go, hrefOf } from '../location.ts';

/** Opens an item by its id. `/` goes there. */
export function ItemSearch({ workflow }: { workflow: string }) {
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        const id = new FormData(event.currentTarget).get('id');
        if (typeof id === 'string' && id !== '') go(hrefOf(['workflows', workflow, 'item', id]));
      }}
    >
      <label>
        Open the item with this id <input type="search" name="id" data-search />
      </label>{' '}
      <button type="submit">Open</button>
    </form>
  );
}
