create or replace function private.tg_categories__search() returns trigger
language plpgsql volatile
security definer -- documents and vocabulary are granted to nobody
set search_path = ''
as $$
begin
  -- Locked in the order of their key, as by everybody who locks several products.
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
comment on function private.tg_categories__search() is
  'After a category is renamed: its products are found by the new name.';

create or replace trigger _500_search
  after update of name on public.categories
  for each row
  when (old.name <> new.name)
  execute function private.tg_categories__search();
