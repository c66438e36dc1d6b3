-- For links, and for search that forgives typos. The letters stand in private.latin_letters() and private.pinyin();
-- what depends on the letters around them is done here.
create or replace function private.transliterate(value text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
declare
  c_initials constant text[] := string_to_array('g kk n d tt r m b pp s ss  j jj ch k t p h', ' ');
  c_medials constant text[] := string_to_array('a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i', ' ');
  c_finals constant text[] := string_to_array(' k k k n n n t l k m l l l p l m p p t t ng t t k t p h', ' ');
  c_hangul constant integer := x'ac00'::integer;
  v_text text := private.fold(transliterate.value);
  v_letters jsonb;
  v_pinyin jsonb;
begin
  if v_text ~ '^[\u0001-\u007f]*$' then
    return v_text;
  end if;
  -- Assigned here and not above, so that Latin text does not pay for the tables.
  v_letters := private.latin_letters();
  if v_text ~ '[\u4e00-\u9fff]' then
    v_pinyin := private.pinyin();
  end if;

  -- Two letters for one sound, of which compatibility normalisation has made some; and vowels that are written
  -- before the consonant they follow in speech.
  v_text := replace(replace(replace(v_text, 'ํา', 'am'), 'ໍາ', 'am'), 'եւ', 'ev');
  v_text := regexp_replace(v_text, 'ော|ေါ|ို', 'ဴ', 'g');
  v_text := regexp_replace(v_text, '([เ-ไ])([ก-ฮ])|([ເ-ໄ])([ກ-ຮ])', '\2\1\4\3', 'g');

  v_text := (
    select string_agg(
      case
        when letters.code < 128 then letters.letter
        when letters.code between c_hangul and x'd7a3'::integer then
          c_initials[(letters.code - c_hangul) / 588 + 1]
          || c_medials[(letters.code - c_hangul) % 588 / 28 + 1]
          || c_finals[(letters.code - c_hangul) % 28 + 1]
        -- Katakana lies 96 code points above hiragana.
        when letters.code between x'30a1'::integer and x'30f6'::integer then v_letters ->> chr(letters.code - 96)
        else coalesce(v_letters ->> letters.letter, v_pinyin ->> letters.letter)
      end,
      '' order by letters.place
    )
    from (
      select characters.letter, ascii(characters.letter) as code, characters.place
      from string_to_table(v_text, null) with ordinality as characters (letter, place)
    ) as letters
  );

  v_text := regexp_replace(v_text, '[aAO]?X', '', 'g');
  -- The vowel of a bare last consonant is silent, unless the word has no other.
  v_text := regexp_replace(v_text, '([aeiouAO][a-zA-Z]*)A(?![a-zA-Z])', '\1', 'g');
  return coalesce(lower(v_text), '');
end;
$$;
comment on function private.transliterate(text) is
  'Text in Latin letters, lower case: Cyrillic, Greek, Armenian, Arabic, Hebrew, Thaana, Georgian, Ethiopic, the '
  'scripts of India, Sinhala, Thai, Lao, Tibetan, Burmese, Khmer, Mongolian, kana, Hangul, and Chinese characters '
  'as read in Mandarin.';
grant execute on function private.transliterate(text) to anon, authenticated, service_role;
