create or replace function private.require_subject(subject_type text, subject_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  case require_subject.subject_type
    when 'product' then
      if not exists (
        select
        from public.products
        where products.id = require_subject.subject_id
          and products.deleted_at is null
          and (
            products.is_listed or products.store_id = any (private.my_scopes()) or private.is_platform_admin()
          )
      ) then
        raise sqlstate 'PT404' using
          message = 'That product does not exist.', detail = 'product_not_found';
      end if;
    when 'store' then
      if not exists (
        select
        from public.stores
        where stores.id = require_subject.subject_id
          and (stores.status = 'active' or stores.id = any (private.my_scopes()) or private.is_platform_admin())
      ) then
        raise sqlstate 'PT404' using
          message = 'That store does not exist.', detail = 'store_not_found';
      end if;
    else
      raise sqlstate 'PT422' using
        message = 'A product or a store is reviewed.', detail = 'invalid_subject', hint = 'product or store';
  end case;
end;
$$;
comment on function private.require_subject(text, uuid) is
  'Refuses a product or store that the caller may not see. Errors: invalid_subject, product_not_found, '
  'store_not_found.';
