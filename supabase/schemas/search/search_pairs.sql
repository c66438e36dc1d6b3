create or replace function private.search_pairs(words text) returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  -- Read on over signs and spaces: whether there are any between two words is often a matter of taste.
  v_units constant text[] := private.unspaced_units(regexp_replace(
    regexp_replace(search_pairs.words, replace('(?<=[@])[- ](?=[@])', '@', private.unspaced_letters()), '', 'g'),
    '[^' || private.unspaced_letters() || ']+', ' ', 'g'
  ));
begin
  return coalesce((
    select string_agg(
      '''' || pairs.unit || coalesce(nullif(pairs.next, ' '), '') || ''':' || least(pairs.place, 16383), ' '
    )
    from unnest(v_units, v_units[2:]) with ordinality as pairs (unit, next, place)
    where pairs.unit <> ' '
  ), '')::tsvector;
end;
$$;
comment on function private.search_pairs(text) is
  'Of unspaced scripts, each two characters that stand side by side; the last one alone.';
