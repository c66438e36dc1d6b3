-- ISO 3166-1 alpha-2, so that an address names a country that exists. Where post is sorted by a code, an address without
-- one cannot be delivered; the few countries without such a system are marked.
create table public.countries (
  code text primary key,
  has_postal_code boolean not null default true,
  constraint countries_code_check check (code ~ '^[A-Z]{2}$')
);
alter table public.countries enable row level security;
grant select on public.countries to anon, authenticated, service_role;
comment on table public.countries is 'Countries an address may lie in (ISO 3166-1 alpha-2). Readable by everyone, written by migrations only.';
comment on column public.countries.has_postal_code is 'False where the post uses no code, so that an address may do without.';

insert into public.countries (code, has_postal_code)
select codes.code, codes.code <> all (string_to_array(
  'AE AG AO AW BF BI BJ BO BQ BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK JM KI KM KN KP LY ML MO MR MW NR NU QA RW SB SC SL SR SS ST SX SY TD TF TG TK TL TO TT TV UG VU YE ZW', ' '))
from unnest(string_to_array(
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ '
  'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR '
  'GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP '
  'KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT '
  'MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW '
  'SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG '
  'UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW', ' ')) as codes (code);
