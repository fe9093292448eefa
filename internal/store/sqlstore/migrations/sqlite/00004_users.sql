-- +goose Up

-- Which template a merchant's code came of, to be asked for by template.
alter table code_states add column exp_template integer;
alter table code_states add column online_template integer;
update code_states set exp_template = json_extract(state, '$.exp.template_id'), online_template = json_extract(state, '$.online.template_id');
create index code_states_exp on code_states (component_appid, exp_template, authorizer_appid) where exp_template is not null;
create index code_states_online on code_states (component_appid, online_template, authorizer_appid) where online_template is not null;

-- Pushes that failed and are tried again. There are few, so that counting them costs
-- little, and a push that succeeds at once never comes in here.
create index deliveries_retrying on deliveries (component_appid, tries) where state = 'pending' and tries > 0;

-- Those and the ones that were given up, to be listed newest first.
create index deliveries_failing on deliveries (component_appid, created_at, number) where state = 'failed' or state = 'pending' and tries > 0;
