-- What a product is found by is kept in its row, with the name of its category; only these triggers write it.
create or replace function private.tg_products__search() returns trigger
language plpgsql volatile
security definer -- locks the category
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' then
    if new.name = old.name and new.description = old.description and new.category_id = old.category_id then
      return new;
    end if;
  end if;
  if tg_op = 'INSERT' or new.category_id <> old.category_id then
    -- Locked for share: nobody renames the category between this look and our commit. A product that stays in its
    -- category needs no lock: whoever renames that writes this row too, before us or after us.
    perform from public.categories where categories.id = new.category_id for share;
  end if;
  new.search := private.search_document(
    new.name,
    coalesce((select categories.name from public.categories where categories.id = new.category_id), ''),
    new.description
  );
  return new;
end;
$$;
comment on function private.tg_products__search() is
  'Before a write of what a product is found by: sets its document.';

create or replace trigger _200_search
  before insert or update of name, description, category_id on public.products
  for each row execute function private.tg_products__search();
