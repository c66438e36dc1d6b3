create or replace function private.review_subject(
  subject_type text, subject_id uuid, out store_id uuid, out name text, out is_listed boolean
)
language plpgsql stable
set search_path = ''
as $$
begin
  case review_subject.subject_type
    when 'product' then
      select products.store_id, products.name, products.is_listed into store_id, name, is_listed
      from public.products
      where products.id = review_subject.subject_id;
    when 'store' then
      select stores.id, stores.name, stores.status = 'active' into store_id, name, is_listed
      from public.stores
      where stores.id = review_subject.subject_id;
    when 'service' then
      select services.store_id, services.name, services.status = 'active' and stores.status = 'active'
      into store_id, name, is_listed
      from public.services
      join public.stores on stores.id = services.store_id
      where services.id = review_subject.subject_id;
    else
      raise sqlstate 'PT422' using
        message = 'A product, a store or a service is reviewed.', detail = 'invalid_subject',
        hint = 'product, store or service';
  end case;
end;
$$;
comment on function private.review_subject(text, uuid) is
  'What is reviewed: its store, its name, and whether the public sees it; nulls if there is no such thing. Errors: '
  'invalid_subject.';
