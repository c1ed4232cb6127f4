#include "columns.h"

#include <string.h>

/* Public references: AWS "Cost and Usage Report 2.0 table dictionary", Microsoft "Cost and usage data file schema" (EA and MCA,
 * both spellings), Google "Structure of the standard usage cost data export", nested fields written with a dot or an
 * underscore as the tools that flatten them do. */
static const struct {
    const char *focus;
    const char *of[EXPORT_KINDS - 1][3];
} map[] = {
    { "BilledCost", { { "line_item_unblended_cost" }, { "costInBillingCurrency", "CostInBillingCurrency", "Cost" }, { "cost" } } },
    { "EffectiveCost", { { "line_item_net_unblended_cost", "line_item_unblended_cost" },
                         { "costInBillingCurrency", "CostInBillingCurrency", "Cost" }, { "cost" } } },
    { "ListCost", { { "pricing_public_on_demand_cost" }, { "paygCostInBillingCurrency", "PaygCostInBillingCurrency" },
                    { "cost_at_list" } } },
    { "BillingCurrency", { { "line_item_currency_code" }, { "billingCurrency", "BillingCurrencyCode", "BillingCurrency" },
                           { "currency" } } },
    { "ChargePeriodStart", { { "line_item_usage_start_date" }, { "date", "Date", "UsageDateTime" }, { "usage_start_time" } } },
    { "ChargePeriodEnd", { { "line_item_usage_end_date" }, { NULL }, { "usage_end_time" } } },
    { "BillingPeriodStart", { { "bill_billing_period_start_date" }, { "billingPeriodStartDate", "BillingPeriodStartDate" },
                              { "invoice.month", "invoice_month" } } },
    { "BillingAccountId", { { "bill_payer_account_id" }, { "billingAccountId", "BillingAccountId" }, { "billing_account_id" } } },
    { "SubAccountId", { { "line_item_usage_account_id" }, { "SubscriptionId", "subscriptionId" }, { "project.id", "project_id" } } },
    { "SubAccountName", { { "line_item_usage_account_name" }, { "subscriptionName", "SubscriptionName" },
                          { "project.name", "project_name" } } },
    { "ServiceName", { { "product_servicename", "line_item_product_code" }, { "meterCategory", "MeterCategory" },
                       { "service.description", "service_description" } } },
    { "SkuId", { { "product_sku" }, { "meterId", "MeterId" }, { "sku.id", "sku_id" } } },
    { "RegionId", { { "product_region_code" }, { "resourceLocation", "ResourceLocation" }, { "location.region", "location_region" } } },
    { "ResourceId", { { "line_item_resource_id" }, { "ResourceId", "resourceId" }, { "resource.global_name", "resource_global_name" } } },
    { "ChargeCategory", { { "line_item_line_item_type" }, { "chargeType", "ChargeType" }, { "cost_type" } } },
    { "ChargeDescription", { { "line_item_line_item_description" }, { "meterName", "MeterName" },
                             { "sku.description", "sku_description" } } },
    { "ConsumedQuantity", { { "line_item_usage_amount" }, { "quantity", "Quantity" }, { "usage.amount", "usage_amount" } } },
    { "ConsumedUnit", { { "pricing_unit" }, { "unitOfMeasure", "UnitOfMeasure" }, { "usage.unit", "usage_unit" } } },
    { "Tags", { { "resource_tags" }, { "tags", "Tags" }, { "labels" } } },
};

static size_t find(const mm_str *name, size_t n, mm_str wanted)
{
    for (size_t i = 0; i < n; i++)
        if (mm_str_eq(name[i], wanted))
            return i;
    return SIZE_MAX;
}

static bool has(const mm_str *name, size_t n, const char *wanted)
{
    return find(name, n, mm_str_of(wanted)) != SIZE_MAX;
}

export_kind export_told_by(const mm_str *name, size_t n)
{
    if (has(name, n, "BilledCost") || has(name, n, "EffectiveCost"))
        return EXPORT_FOCUS;
    if (has(name, n, "line_item_unblended_cost"))
        return EXPORT_AWS_CUR;
    if (has(name, n, "meterCategory") || has(name, n, "MeterCategory"))
        return EXPORT_AZURE;
    if (has(name, n, "cost") && has(name, n, "currency") && has(name, n, "usage_start_time"))
        return EXPORT_GCP;
    return EXPORT_KINDS;
}

const char *export_name(export_kind k)
{
    static const char *const names[] = { "FOCUS", "AWS CUR 2.0", "Azure cost details", "GCP billing export", "unknown" };
    return names[k];
}

size_t export_column(export_kind k, const mm_str *name, size_t n, mm_str focus)
{
    if (k == EXPORT_FOCUS || k == EXPORT_KINDS)
        return find(name, n, focus);
    for (size_t i = 0; i < sizeof map / sizeof *map; i++) {
        if (!mm_str_eq(focus, mm_str_of(map[i].focus)))
            continue;
        for (size_t a = 0; a < 3 && map[i].of[k - 1][a]; a++) {
            size_t at = find(name, n, mm_str_of(map[i].of[k - 1][a]));
            if (at != SIZE_MAX)
                return at;
        }
    }
    return find(name, n, focus);
}
