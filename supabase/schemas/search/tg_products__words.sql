create or replace function private.tg_products__words() returns trigger
language plpgsql volatile
security definer -- the vocabulary is granted to nobody
set search_path = ''
as $$
begin
  -- Two conditions, not one: an insert has no old_rows, and an expression that names them cannot even be planned.
  if tg_op = 'UPDATE' then
    -- No join: its plan would be made for the few rows of a first update, and compare every row with every other in
    -- a large one.
    if not exists (
      select new_rows.id, new_rows.name, new_rows.category_id from new_rows
      except
      select old_rows.id, old_rows.name, old_rows.category_id from old_rows
    ) then
      return null;
    end if;
  end if;

  -- Names and categories in one call, because learn_words takes them in one order.
  perform private.learn_words(array(
    select new_rows.name
    from new_rows
    union
    select categories.name
    from public.categories
    where categories.id in (select new_rows.category_id from new_rows)
  ));
  return null;
end;
$$;
comment on function private.tg_products__words() is
  'After insert or update of products: adds new words of their names and categories to the vocabulary.';

create or replace trigger _500_words_insert
  after insert on public.products
  referencing new table as new_rows
  for each statement execute function private.tg_products__words();

create or replace trigger _500_words_update
  after update on public.products
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_products__words();
