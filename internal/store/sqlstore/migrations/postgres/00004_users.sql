-- +goose Up

-- Which template a merchant's code came of, to be asked for by template.
alter table code_states add column exp_template bigint;
alter table code_states add column online_template bigint;
update code_states set exp_template = (state::json #>> '{exp,template_id}')::bigint, online_template = (state::json #>> '{online,template_id}')::bigint;
create index code_states_exp on code_states (component_appid, exp_template, authorizer_appid) where exp_template is not null;
create index code_states_online on code_states (component_appid, online_template, authorizer_appid) where online_template is not null;

-- Pushes that failed and are tried again. There are few, so that counting them costs
-- little, and a push that succeeds at once never comes in here.
create index deliveries_retrying on deliveries (component_appid, tries) where state = 'pending' and tries > 0;

-- Those and the ones that were given up, to be listed newest first.
create index deliveries_failing on deliveries (component_appid, created_at, number) where state = 'failed' or state = 'pending' and tries > 0;
