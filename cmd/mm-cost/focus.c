#include "focus.h"

#include <string.h>

#include "price/money.h"
#include "price/when.h"

#define SERVICES "AI and Machine Learning|Analytics|Business Applications|Compute|Databases|Developer Tools|Multicloud|Identity|Integration|" \
                 "Internet of Things|Management and Governance|Media|Migration|Mobile|Networking|Security|Storage|Web|Other"

/* Source: focus.finops.org, "FOCUS Specification", chapter Columns, of each version: feature level, nullability, allowed values.
 * What is conditional there is not required here, for only the provider knows the condition. */
const focus_column focus_columns[] = {
    { "AvailabilityZone", FOCUS_TEXT, 10, false, true, NULL },
    { "BilledCost", FOCUS_DECIMAL, 10, true, false, NULL },
    { "BillingAccountId", FOCUS_TEXT, 10, true, false, NULL },
    { "BillingAccountName", FOCUS_TEXT, 10, true, true, NULL },
    { "BillingAccountType", FOCUS_TEXT, 12, false, false, NULL },
    { "BillingCurrency", FOCUS_CURRENCY, 10, true, false, NULL },
    { "BillingPeriodEnd", FOCUS_TIME, 10, true, false, NULL },
    { "BillingPeriodStart", FOCUS_TIME, 10, true, false, NULL },
    { "CapacityReservationId", FOCUS_TEXT, 11, false, true, NULL },
    { "CapacityReservationStatus", FOCUS_TEXT, 11, false, true, "Used|Unused" },
    { "ChargeCategory", FOCUS_TEXT, 10, true, false, "Usage|Purchase|Tax|Credit|Adjustment" },
    { "ChargeClass", FOCUS_TEXT, 10, true, true, "Correction" },
    { "ChargeDescription", FOCUS_TEXT, 10, true, true, NULL },
    { "ChargeFrequency", FOCUS_TEXT, 10, false, false, "One-Time|Recurring|Usage-Based" },
    { "ChargePeriodEnd", FOCUS_TIME, 10, true, false, NULL },
    { "ChargePeriodStart", FOCUS_TIME, 10, true, false, NULL },
    { "CommitmentDiscountCategory", FOCUS_TEXT, 10, false, true, "Spend|Usage" },
    { "CommitmentDiscountId", FOCUS_TEXT, 10, false, true, NULL },
    { "CommitmentDiscountName", FOCUS_TEXT, 10, false, true, NULL },
    { "CommitmentDiscountQuantity", FOCUS_DECIMAL, 11, false, true, NULL },
    { "CommitmentDiscountStatus", FOCUS_TEXT, 10, false, true, "Used|Unused" },
    { "CommitmentDiscountType", FOCUS_TEXT, 10, false, true, NULL },
    { "CommitmentDiscountUnit", FOCUS_TEXT, 11, false, true, NULL },
    { "ConsumedQuantity", FOCUS_DECIMAL, 10, false, true, NULL },
    { "ConsumedUnit", FOCUS_TEXT, 10, false, true, NULL },
    { "ContractedCost", FOCUS_DECIMAL, 10, true, false, NULL },
    { "ContractedUnitPrice", FOCUS_DECIMAL, 10, false, true, NULL },
    { "EffectiveCost", FOCUS_DECIMAL, 10, true, false, NULL },
    { "InvoiceId", FOCUS_TEXT, 12, false, true, NULL },
    { "InvoiceIssuerName", FOCUS_TEXT, 10, true, false, NULL },
    { "ListCost", FOCUS_DECIMAL, 10, true, false, NULL },
    { "ListUnitPrice", FOCUS_DECIMAL, 10, false, true, NULL },
    { "PricingCategory", FOCUS_TEXT, 10, false, true, "Standard|Dynamic|Committed|Other" },
    { "PricingCurrency", FOCUS_CURRENCY, 12, false, true, NULL },
    { "PricingCurrencyContractedUnitPrice", FOCUS_DECIMAL, 12, false, true, NULL },
    { "PricingCurrencyEffectiveCost", FOCUS_DECIMAL, 12, false, true, NULL },
    { "PricingCurrencyListUnitPrice", FOCUS_DECIMAL, 12, false, true, NULL },
    { "PricingQuantity", FOCUS_DECIMAL, 10, true, true, NULL },
    { "PricingUnit", FOCUS_TEXT, 10, true, true, NULL },
    { "ProviderName", FOCUS_TEXT, 10, true, false, NULL },
    { "PublisherName", FOCUS_TEXT, 10, true, false, NULL },
    { "RegionId", FOCUS_TEXT, 10, false, true, NULL },
    { "RegionName", FOCUS_TEXT, 10, false, true, NULL },
    { "ResourceId", FOCUS_TEXT, 10, false, true, NULL },
    { "ResourceName", FOCUS_TEXT, 10, false, true, NULL },
    { "ResourceType", FOCUS_TEXT, 10, false, true, NULL },
    { "ServiceCategory", FOCUS_TEXT, 10, true, false, SERVICES },
    { "ServiceName", FOCUS_TEXT, 10, true, false, NULL },
    { "ServiceSubcategory", FOCUS_TEXT, 11, false, false, NULL },
    { "SkuId", FOCUS_TEXT, 10, false, true, NULL },
    { "SkuMeter", FOCUS_TEXT, 11, false, true, NULL },
    { "SkuPriceDetails", FOCUS_TEXT, 11, false, true, NULL },
    { "SkuPriceId", FOCUS_TEXT, 10, false, true, NULL },
    { "SubAccountId", FOCUS_TEXT, 10, false, true, NULL },
    { "SubAccountName", FOCUS_TEXT, 10, false, true, NULL },
    { "SubAccountType", FOCUS_TEXT, 12, false, true, NULL },
    { "Tags", FOCUS_TAGS, 10, false, true, NULL },
};
const size_t focus_n_columns = sizeof focus_columns / sizeof *focus_columns;

static bool allowed(const char *list, mm_str v)
{
    for (const char *p = list; *p;) {
        const char *end = strchrnul(p, '|');
        if (mm_str_eq(v, (mm_str){ p, (size_t)(end - p) }))
            return true;
        p = *end ? end + 1 : end;
    }
    return false;
}

/* Keys and strings, numbers, booleans or null; nothing nested. */
static bool is_tags(mm_str v)
{
    mm_json_iter it = mm_json_each((mm_value){ v, MM_JSON_OBJECT });
    int more;
    if (!v.n || v.p[0] != '{' || mm_json_check(v, 4, NULL, NULL) < 0)
        return false;
    while ((more = mm_json_next(&it)) == 1)
        if (it.value.type == MM_JSON_OBJECT || it.value.type == MM_JSON_ARRAY)
            return false;
    return more == 0;
}

const char *focus_check(const focus_column *c, mm_str v, bool *time_form)
{
    mm_money amount;
    int64_t t;
    const char *why;
    switch (c->type) {
    case FOCUS_DECIMAL:
        why = mm_money_read(v, &amount);
        return why;
    case FOCUS_TIME:
        if (!mm_when_read(v, &t))
            return "no time";
        *time_form = v.n == 20 && v.p[10] == 'T' && v.p[19] == 'Z';
        return NULL;
    case FOCUS_CURRENCY:
        for (size_t i = 0; i < v.n; i++)
            if (v.p[i] < 'A' || v.p[i] > 'Z')
                return "no currency code of ISO 4217";
        return v.n == 3 ? NULL : "no currency code of ISO 4217";
    case FOCUS_TAGS:
        return is_tags(v) ? NULL : "no JSON object of keys and plain values";
    case FOCUS_TEXT:
        break;
    }
    return c->allowed && !allowed(c->allowed, v) ? "none of the values that FOCUS allows" : NULL;
}
