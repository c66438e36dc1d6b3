-- A query without `config` uses the database's default, which is `english` on hosted Supabase and may be `simple`
-- elsewhere. Documents therefore carry the words in all three spellings; equal ones are stored once. What costs time is
-- only done for texts that need it: most are plain English, and have no more than their words.
create or replace function private.search_part(words text, weight "char") returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_is_ascii constant boolean := octet_length(search_part.words) = length(search_part.words);
  v_text constant text := private.search_text(search_part.words);
  v_words constant text := translate(v_text, '-+.', '   ');
  v_literal constant tsvector := to_tsvector('pg_catalog.simple', v_words);
  -- What has no English letters has no English endings.
  v_document constant tsvector :=
    case
      when v_is_ascii or v_words ~ '[a-z]' then to_tsvector('public.marketplace', v_words)
      else v_literal
    end || v_literal;
  v_spaced text := v_text;
  v_more tsvector := '';
begin
  if not v_is_ascii and v_text ~ ('[' || private.unspaced_letters() || ']') then
    v_more := private.search_pairs(v_text);
    v_spaced := regexp_replace(v_text, '[-+]?[' || private.unspaced_letters() || ']+[-+]?', ' ', 'g');
  end if;
  if v_spaced like '%-%' or v_spaced ~ '[0-9]' then
    v_more := v_more || private.search_compounds(v_spaced);
  end if;
  -- Postgres' parser divides words where the database's ctype knows no letter.
  if not v_is_ascii and v_words ~ '[^[:alnum:] ]' then
    v_more := v_more || private.search_undivided(v_words, v_literal);
  end if;
  if not v_is_ascii or v_text like '%-%' or v_text like '%.%' then
    v_more := v_more || private.search_spellings(search_part.words, v_literal);
  end if;
  return setweight(
    case when v_more = '' then v_document else v_document || ts_delete(v_more, tsvector_to_array(v_document)) end,
    search_part.weight
  );
end;
$$;
comment on function private.search_part(text, "char") is
  'Words as a document holds them: in every spelling, with one weight.';
