create or replace function private.review_subject_name(subject_type text, subject_id uuid) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return case review_subject_name.subject_type
    when 'product' then (
      select left(products.name, 120) from public.products where products.id = review_subject_name.subject_id
    )
    when 'store' then (select stores.name from public.stores where stores.id = review_subject_name.subject_id)
  end;
end;
$$;
comment on function private.review_subject_name(text, uuid) is 'What people call the product or store.';
