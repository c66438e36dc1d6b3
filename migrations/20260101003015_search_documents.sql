-- What a product is found by is kept in its row, the name of its category included; these triggers are the only writers of it.
create function private.tg_products__search() returns trigger
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
    -- Shared, so that the category is not renamed between this look and our commit. A product that stays in its category
    -- needs no lock: whoever renames it writes this row too, before us or after us.
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
comment on function private.tg_products__search() is 'Before insert or update of what a product is found by: sets its document.';

create trigger _200_search
  before insert or update of name, description, category_id on public.products
  for each row execute function private.tg_products__search();

create function private.tg_categories__search() returns trigger
language plpgsql volatile
security definer -- documents and vocabulary are granted to nobody
set search_path = ''
as $$
begin
  -- In the order of their key, as whoever locks several products does.
  perform
  from public.products
  where products.category_id = new.id
  order by products.id
  for no key update;
  update public.products
  set search = private.search_document(products.name, new.name, products.description)
  where products.category_id = new.id;
  perform private.learn_words(array[new.name]);
  return null;
end;
$$;
comment on function private.tg_categories__search() is 'After a category is renamed: its products are found by the new name.';

create trigger _500_search
  after update of name on public.categories
  for each row
  when (old.name <> new.name)
  execute function private.tg_categories__search();
