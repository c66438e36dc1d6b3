create or replace function private.require_subject(subject_type text, subject_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_subject record := private.review_subject(require_subject.subject_type, require_subject.subject_id);
begin
  if v_subject.store_id is null
    or not (
      v_subject.is_listed or v_subject.store_id = any (private.my_scopes()) or private.is_platform_admin()
    )
  then
    perform private.refuse_subject(require_subject.subject_type);
  end if;
end;
$$;
comment on function private.require_subject(text, uuid) is
  'Refuses what the caller may not see. Errors: invalid_subject, product_not_found, store_not_found, '
  'service_not_found.';
