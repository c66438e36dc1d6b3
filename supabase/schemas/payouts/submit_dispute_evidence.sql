-- A store knows what it has sent; the bank wants to hear it before the provider's deadline. What several stores of one
-- payment have to say is handed in together, all of it anew each time somebody adds to it.
create or replace function private.submit_dispute_evidence(
  dispute_id uuid, evidence text, files text[]
) returns public.dispute_evidence
language plpgsql volatile
security definer -- clients hold no write grant on evidence
set search_path = ''
as $$
declare
  v_found record;
  v_evidence public.dispute_evidence;
begin
  v_found := private.require_dispute(submit_dispute_evidence.dispute_id);
  if coalesce(submit_dispute_evidence.evidence, '') = ''
    or not private.is_prose(submit_dispute_evidence.evidence, 20000)
    or cardinality(submit_dispute_evidence.files) > 10
    or exists (
      select from unnest(submit_dispute_evidence.files) as file (name)
      where file.name is null or not exists (
        select from storage.objects
        where objects.bucket_id = 'dispute-evidence'
          and objects.name = file.name
          -- Its own store's, and for this dispute; an operator hands in what any of them has uploaded.
          and objects.name like any (
            array(
              select store.id || '/' || submit_dispute_evidence.dispute_id || '/%'
              from unnest(
                case when v_found.my_store_ids = '{}' then v_found.store_ids else v_found.my_store_ids end
              ) as store (id)
            )
          )
      )
    )
  then
    raise sqlstate 'PT422' using
      message = 'Evidence is a text of at most 20,000 characters, and up to 10 files.', detail = 'invalid_evidence',
      hint = 'Upload files to dispute-evidence as <store_id>/<dispute_id>/<name> first.';
  end if;
  insert into public.dispute_evidence (dispute_id, store_id, author_id, text, files)
  values (
    submit_dispute_evidence.dispute_id, v_found.my_store_ids[1], (select auth.uid()), submit_dispute_evidence.evidence,
    coalesce(submit_dispute_evidence.files, '{}')
  )
  returning * into v_evidence;
  insert into private.dispute_answers (dispute_id, action)
  values (v_evidence.dispute_id, 'submit')
  on conflict on constraint dispute_answers_pkey do update
  set status = 'pending', next_attempt_at = now(), attempt = dispute_answers.attempt + 1;
  return v_evidence;
end;
$$;
comment on function private.submit_dispute_evidence(uuid, text, text[]) is 'See public.submit_dispute_evidence.';
grant execute on function private.submit_dispute_evidence(uuid, text, text[]) to anon, authenticated, service_role;

create or replace function public.submit_dispute_evidence(
  dispute_id uuid, evidence text, files text[] default null
) returns public.dispute_evidence
language sql volatile security invoker
set search_path = ''
as $$
  select *
  from private.submit_dispute_evidence(
    submit_dispute_evidence.dispute_id, submit_dispute_evidence.evidence, submit_dispute_evidence.files
  );
$$;
comment on function public.submit_dispute_evidence(uuid, text, text[]) is
  'The owner or a manager of a store that a dispute concerns (or a platform admin) says why the payment was right; a '
  'job '
  'hands it to the bank, together with what was said before. files: paths in the bucket dispute-evidence. Errors: '
  'not_signed_in, account_required, session_revoked, dispute_not_found, store_role_required, dispute_not_answerable, '
  'invalid_evidence.';
grant execute on function public.submit_dispute_evidence(uuid, text, text[]) to anon, authenticated, service_role;
