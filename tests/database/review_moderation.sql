-- How a review is judged, and by whom it is voted on: votes, reports, decisions with their reasons, appeals, and that
-- what is hidden counts and shows nowhere.
begin;
set local search_path = public, extensions;
select plan(62);
-- include: actors, orders, reviews
select pg_temp.receive('c' || number, 'berry') from generate_series(1, 4) as number;
select pg_temp.name_value('r' || number,
  pg_temp.review('c' || number, 'berry product', (array['5', '4', '4', '1'])[number]))
from generate_series(1, 4) as number;
create function pg_temp.stars() returns text
language sql as $$ select pg_temp.totals('b2000000-0000-4000-8000-000000000002') $$;
create function pg_temp.told(actor text, kind text) returns bigint
language sql
as $$
  select count(*) from notifications join actors on actors.user_id = notifications.user_id
  where actors.name = told.actor and notifications.kind = told.kind
$$;
create function pg_temp.counts(review text) returns text
language sql
as $$
  select helpful_count || '/' || unhelpful_count from reviews join ids on ids.value = reviews.id::text
  where ids.name = counts.review
$$;
select is(pg_temp.stars(), '4 14 3.50 {1 0 0 2 1}', 'four reviews are counted');
select is(pg_temp.told('owner', 'review_received'), 4::bigint, 'the owner hears of every review');
select is(pg_temp.told('staff', 'review_received'), 0::bigint, 'staff do not hear of reviews');

-- Votes.
select pg_temp.attempt(voter, format('select public.vote_review({r1}, %s)', value))
from (values (1, 'c5', 1), (2, 'c6', 1), (3, 'c5', 1)) as cast_votes (position, voter, value) order by position;
select is(pg_temp.counts('r1'), '2/0', 'a vote that is repeated counts once');
select pg_temp.attempt('c5', 'select public.vote_review({r1}, -1)');
select is(pg_temp.counts('r1'), '1/1', 'a vote may be changed');
select pg_temp.attempt('c6', 'select public.vote_review({r1}, 0)');
select is(pg_temp.counts('r1'), '0/1', 'a vote may be taken back');
select is(
  pg_temp.attempt('c6', 'select public.vote_review({r1}, 0)'), '1', 'taking back what is not there is no error'
);
select is(
  pg_temp.attempt('c1', 'select public.vote_review({r1}, 1)'), 'PT403 own_review',
  'nobody votes on a review of their own'
);
select is(
  pg_temp.attempt('staff', 'select public.vote_review({r1}, 1)'), 'PT403 own_store',
  'people of the store have no vote'
);
select is(pg_temp.attempt('c5', 'select public.vote_review({r1}, 2)'), 'PT422 invalid_vote', 'a vote is 1, -1 or 0');
select is(
  pg_temp.attempt('visitor', 'select public.vote_review({r1}, 1)'), 'PT401 not_signed_in', 'a visitor has no vote'
);
select is(
  pg_temp.attempt('c5', 'select public.vote_review(gen_random_uuid(), 1)'), 'PT404 review_not_found',
  'what does not exist has no votes'
);
select is(
  (select count(*) from review_votes where voter_id = (select user_id from actors where name = 'c5')), 1::bigint,
  'a person has one vote on a review'
);

-- Reports change nothing in public.
select pg_temp.attempt('c' || number, 'select public.report_review({r4}, ''false'', ''My friend says no'')')
from generate_series(5, 54) as number;
select is(
  (select (status, pg_temp.stars())::text from reviews where id::text = (select value from ids where name = 'r4')),
  '(visible,"4 14 3.50 {1 0 0 2 1}")', 'fifty reports change nothing that is public'
);
select is(
  (
    select (count(*), min(report_count), min(causes::text))::text
    from admin_moderation where review_id::text = (select value from ids where name = 'r4')
  ),
  '(1,50,{reported})', 'fifty reports are one item with fifty reports'
);
select is(
  pg_temp.attempt('c5', 'select public.report_review({r4}, ''spam'')'), '1', 'a report that is repeated is no error'
);
select is(
  (select count(*) from review_reports where reason = 'spam'), 0::bigint, 'a report that is repeated is the first one'
);
select is(
  pg_temp.attempt('c4', 'select public.report_review({r4}, ''spam'')'), 'PT403 own_review',
  'nobody reports a review of their own'
);
select is(
  pg_temp.attempt('c4', 'select public.report_review({r1}, ''boring'')'), 'PT422 invalid_reason',
  'a report has one of the reasons'
);
select is(
  pg_temp.attempt('owner', 'select public.report_review({r4}, ''false'')'), '1',
  'a store may report, like everybody'
);
select is(
  pg_temp.attempt(who, 'select public.moderate_review({r4}, ''hide'', ''No'', ''No'')'),
  'PT403 platform_admin_required',
  'a review is not hidden by ' || who
)
from unnest(array['owner', 'manager', 'customer', 'c4']) as who;
update private.settings set reports_per_day = 1;
select pg_temp.attempt('c55', 'select public.report_review({r1}, ''spam'')');
select is(
  pg_temp.attempt('c55', 'select public.report_review({r2}, ''spam'')'), 'PT429 rate_limited',
  'a day has room for so many reports'
);
update private.settings set reports_per_day = 50;

-- A decision.
select is(
  pg_temp.attempt('admin', 'select public.moderate_review({r4}, ''hide'')'), 'PT422 reasons_required',
  'nothing is hidden without a reason'
);
select is(
  pg_temp.attempt('admin', 'select public.moderate_review({r4}, ''burn'', ''a'', ''b'')'), 'PT422 invalid_action',
  'a decision is to hide, restore or keep'
);
select is(
  pg_temp.attempt('admin', 'select public.moderate_review({r1}, ''restore'')'), 'PT409 nothing_to_decide',
  'what was never hidden is not restored'
);
select pg_temp.attempt('c4', 'select public.update_review({r4}, body => ''It broke'')');
select pg_temp.ask('hidden', 'admin',
  'public.moderate_review({r4}, ''hide'', ''No insults (4.2)'', ''It calls the owner names.'')');
select pg_temp.name_value('decision', (select value ->> 'id' from answers where name = 'hidden'));
select is(pg_temp.stars(), '3 13 4.33 {0 0 0 2 1}', 'what is hidden does not count');
select is(
  (
    select jsonb_build_object('title', title, 'body', body, 'data',
      data - 'decision_id' - 'review_id' - 'subject_id' - 'appeal_until')
    from notifications
    where kind = 'review_hidden' and user_id = (select user_id from actors where name = 'c4')
  ),
  '{
    "title": "Your review of Berry was hidden", "body": "No insults (4.2)\nIt calls the owner names.",
    "data": {"action": "hide", "is_automated": false, "subject_type": "product"}
  }'::jsonb,
  'the author is told which review was hidden, by which rule, on which facts, and by whom'
);
select is(
  (
    select count(*)
    from private.outbox join actors on actors.user_id = outbox.user_id
    where template = 'review_decision' and actors.name = 'c4'
  ),
  1::bigint, 'the statement of reasons is mailed, too'
);
select is(
  (select appeal_until from moderation_decisions where id::text = (select value from ids where name = 'decision')),
  (now() at time zone 'UTC' + interval '6 months') at time zone 'UTC', 'an appeal is taken for six calendar months'
);
select is(
  ('2026-08-31T12:00:00Z'::timestamptz at time zone 'UTC' + make_interval(months => 6)) at time zone 'UTC',
  '2027-02-28T12:00:00Z'::timestamptz, 'six months after 31 August is 28 February'
);
select is(pg_temp.told('c7', 'report_decided'), 1::bigint, 'who reported it hears what came of it');
select is(
  (select closed_at is not null from moderation_items
    where review_id::text = (select value from ids where name = 'r4')),
  true, 'the item is closed'
);
select is(
  pg_temp.ask('again', 'admin',
    'public.moderate_review({r4}, ''hide'', ''No insults (4.2)'', ''It calls the owner names.'')'),
  (select value from answers where name = 'hidden'), 'a decision that is repeated is the first one'
);
select is(pg_temp.stars(), '3 13 4.33 {0 0 0 2 1}', 'hiding twice counts once');
select is(pg_temp.told('c4', 'review_hidden'), 1::bigint, 'nobody is told twice');

-- What is hidden is there for its author and for those who decide.
select is(
  array(
    select pg_temp.attempt(who, 'select from reviews where id = {r4}')
    from unnest(array['visitor', 'c1', 'owner', 'c4', 'admin']) with ordinality as reader (who, position)
      order by position
  ),
  array['0', '0', '0', '1', '1'], 'a hidden review is read by its author and by platform admins'
);
select is(
  list_reviews('product', 'b2000000-0000-4000-8000-000000000002', rating => 1) -> 'items', '[]',
  'a list has no hidden review'
);
select is(
  pg_temp.attempt('c5', 'select public.vote_review({r4}, 1)'), 'PT404 review_not_found',
  'a hidden review is not voted on'
);
select is(
  pg_temp.attempt('owner', 'select public.reply_to_review({r4}, ''Ha'')'), 'PT404 review_not_found',
  'a hidden review is not answered'
);
select is(
  pg_temp.attempt('c4', 'select public.delete_review({r4})'), 'PT409 review_hidden',
  'a hidden review is not deleted to be written anew'
);
select pg_temp.attempt('c4', 'select public.update_review({r4}, ''3'')');
select is(pg_temp.stars(), '3 13 4.33 {0 0 0 2 1}', 'a hidden review that is changed still does not count');
select is(
  (select causes::text from moderation_items where closed_at is null
    and review_id::text = (select value from ids where name = 'r4')),
  '{edited_while_hidden}', 'a hidden review that is changed is looked at again'
);

-- An appeal.
select is(
  pg_temp.attempt('c1', 'select public.appeal_decision({decision}, ''I mind'')'), 'PT404 decision_not_found',
  'a stranger sees no decision'
);
select is(
  pg_temp.attempt('c7', 'select public.appeal_decision({decision}, ''More!'')'), 'PT403 appeal_not_allowed',
  'who reported it has no reason to appeal'
);
select is(
  pg_temp.attempt('c4', 'select public.appeal_decision({decision}, '' '')'), 'PT422 invalid_text',
  'an appeal says something'
);
alter table moderation_decisions disable trigger _000_append_only;
update moderation_decisions set appeal_until = now() - interval '1 second';
select is(
  pg_temp.attempt('c4', 'select public.appeal_decision({decision}, ''Late'')'), 'PT409 appeal_closed',
  'after six months no appeal is taken'
);
update moderation_decisions set appeal_until = now();
select is(
  pg_temp.attempt('c4', 'select public.appeal_decision({decision}, ''I said it broke.'')'), '1',
  'in the last moment of six months an appeal is taken'
);
alter table moderation_decisions enable trigger _000_append_only;
select is(
  (
    select (causes, appeal)::text from admin_moderation
    where closed_at is null and review_id::text = (select value from ids where name = 'r4')
  ),
  '("{edited_while_hidden,appealed}","I said it broke.")', 'an appeal is looked at, with what it says'
);
select is(
  pg_temp.attempt('c4', 'select public.appeal_decision({decision}, ''And'')'), 'PT409 appeal_exists',
  'one appeal is enough'
);
select pg_temp.name_value('kept', pg_temp.ask('kept', 'admin', 'public.moderate_review({r4}, ''keep'')') ->> 'id');
select is(pg_temp.told('c4', 'review_appeal_rejected'), 1::bigint, 'an author whose appeal came to nothing is told');
select pg_temp.ask('restored', 'admin', 'public.moderate_review({r4}, ''restore'')');
select is(pg_temp.stars(), '4 16 4.00 {0 0 1 2 1}', 'what is restored counts as it is now');
select is(
  array[pg_temp.told('c4', 'review_restored'), pg_temp.told('owner', 'review_restored'),
    pg_temp.told('manager', 'review_restored')],
  array[1, 1, 1]::bigint[], 'restoring is told to the author and to the store'
);
select is(
  pg_temp.attempt('admin', 'update moderation_decisions set rule = ''x'''), '42501',
  'a decision is never changed by a client'
);
select is(
  pg_temp.attempt('service', 'delete from moderation_decisions'), '42501', 'a decision is never deleted by a service'
);
select throws_ok(
  'update moderation_decisions set rule = ''x''', 'PT403', null, 'a decision is never changed by anybody'
);

-- A program decides.
select is(
  (pg_temp.ask('automated', 'service',
    'public.moderate_review({r1}, ''hide'', ''Spam (1)'', ''A link to another shop.'')') ->> 'is_automated')::boolean,
  true, 'that a program decided is said'
);
select is(
  (pg_temp.attempt('c1', 'select from moderation_decisions')
    || pg_temp.attempt('c2', 'select from moderation_decisions')
      || pg_temp.attempt('owner', 'select from moderation_decisions')),
  '103', 'a decision is read by the author and by who reported the review'
);
-- Hidden reviews keep their author's account from nothing: with it, what is personal goes.
delete from auth.users where id = (select user_id from actors where name = 'c1');
select is(
  (select (status, author_id, author_name)::text from reviews
    where id::text = (select value from ids where name = 'r1')),
  '(hidden,,)', 'a hidden review stays hidden without its author'
);
select is_empty('select * from private.check_invariants()', 'reviews add up whatever was decided');
select * from finish();
rollback;
