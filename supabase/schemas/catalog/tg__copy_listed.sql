-- What belongs to a product is visible when the product is. The answer is copied into every row, so that a policy
-- asks one column instead of the policies of products again, row by row; these triggers are the only writers of it.
create or replace function private.tg__copy_listed() returns trigger
language plpgsql volatile
security definer -- reads the product in any state and locks it
set search_path = ''
as $$
begin
  -- Locked for share: nobody shows or hides the product between this look and our commit. One that does not exist
  -- is refused by the foreign key.
  new.is_listed := coalesce(
    (select products.is_listed from public.products where products.id = new.product_id for share), false
  );
  return new;
end;
$$;
comment on function private.tg__copy_listed() is
  'Before insert of an option, variant or picture: copies whether its product is listed.';

create or replace trigger _200_copy_listed
  before insert on public.product_options
  for each row execute function private.tg__copy_listed();
create or replace trigger _200_copy_listed
  before insert on public.product_variants
  for each row execute function private.tg__copy_listed();
create or replace trigger _200_copy_listed
  before insert on public.product_media
  for each row execute function private.tg__copy_listed();
