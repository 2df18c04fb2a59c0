// The types of the cloud's HTTP contract, generated from openapi/cloud.json by `npm run api`; do not edit.

export interface paths {
    "/sync/v1/backfill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReadBackfill */
        get: operations["SyncV1BackfillReadBackfill"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/v1/blobs/{sha}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /** LookForBlob */
        head: operations["SyncV1BlobsShaLookForBlob"];
        patch?: never;
        trace?: never;
    };
    "/sync/v1/blobs/{sha}/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** PutBlobChunk */
        put: operations["SyncV1BlobsShaIndexPutBlobChunk"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/v1/blobs/{sha}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** CompleteBlob */
        post: operations["SyncV1BlobsShaCompleteCompleteBlob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/v1/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReadFeed */
        get: operations["SyncV1FeedReadFeed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/v1/hello": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** SayHello */
        post: operations["SyncV1HelloSayHello"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/v1/mend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** MendFacts */
        post: operations["SyncV1MendMendFacts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/v1/push": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** PushFrame */
        post: operations["SyncV1PushPushFrame"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/v1/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** TakeSnapshot */
        get: operations["SyncV1SnapshotTakeSnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Books */
        get: operations["V1BooksBooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts */
        get: operations["V1BooksAccountsAccounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/accounts/{account}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** AccountLines */
        get: operations["V1BooksAccountsAccountLines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/beancount": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** BeancountFile */
        get: operations["V1BooksBeancountBeancountFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/chart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Chart */
        get: operations["V1BooksChartChart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/differences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Differences */
        get: operations["V1BooksDifferencesDifferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListExports */
        get: operations["V1BooksExportsListExports"];
        put?: never;
        /** MakeExport */
        post: operations["V1BooksExportsMakeExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/exports/{batch}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ExportFile */
        get: operations["V1BooksExportsBatchExportFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/exports/{batch}/vouchers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** BatchVouchers */
        get: operations["V1BooksExportsBatchVouchersBatchVouchers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/exports/standing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ExportStanding */
        get: operations["V1BooksExportsStandingExportStanding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/money": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Money */
        get: operations["V1BooksMoneyMoney"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/periods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Periods */
        get: operations["V1BooksPeriodsPeriods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/periods/{period}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OnePeriod */
        get: operations["V1BooksPeriodsOnePeriod"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Problems */
        get: operations["V1BooksProblemsProblems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Progress */
        get: operations["V1BooksProgressProgress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Proof */
        post: operations["V1BooksProofProof"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Terms */
        get: operations["V1BooksTermsTerms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/vouchers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** VoucherList */
        get: operations["V1BooksVouchersVoucherList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/books/vouchers/{log}/{seq}/{part}/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OneVoucher */
        get: operations["V1BooksVouchersLogSeqPartNumberOneVoucher"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bootstrap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bootstrap */
        post: operations["V1BootstrapBootstrap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** RevokeDevice */
        post: operations["V1DevicesRevokeRevokeDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices/trust": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** TrustDevice */
        post: operations["V1DevicesTrustTrustDevice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/facts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Facts */
        get: operations["V1FactsFacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/facts/{log}/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OneFact */
        get: operations["V1FactsLogSeqOneFact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Categories */
        get: operations["V1MasterCategoriesCategories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/contracts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Contracts */
        get: operations["V1MasterContractsContracts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers */
        get: operations["V1MasterCustomersCustomers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/days": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Days */
        get: operations["V1MasterDaysDays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListDevices */
        get: operations["V1MasterDevicesListDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListNodes */
        get: operations["V1MasterNodesListNodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Orders */
        get: operations["V1MasterOrdersOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Places */
        get: operations["V1MasterPlacesPlaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Products */
        get: operations["V1MasterProductsProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/scanners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Scanners */
        get: operations["V1MasterScannersScanners"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/sensors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sensors */
        get: operations["V1MasterSensorsSensors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/stores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stores */
        get: operations["V1MasterStoresStores"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/suppliers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Suppliers */
        get: operations["V1MasterSuppliersSuppliers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Templates */
        get: operations["V1MasterTemplatesTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/master/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListUsers */
        get: operations["V1MasterUsersListUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Me */
        get: operations["V1MeMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/nodes/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enrol */
        post: operations["V1NodesEnrolEnrol"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/nodes/enrolment-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** MakeCode */
        post: operations["V1NodesEnrolmentCodesMakeCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/nodes/logs/settle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Settle */
        post: operations["V1NodesLogsSettleSettle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/nodes/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revoke */
        post: operations["V1NodesRevokeRevoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Submit */
        post: operations["V1OpsSubmit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ops/states": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** States */
        post: operations["V1OpsStatesStates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/photos/{sha}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Photo */
        get: operations["V1PhotosShaPhoto"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/purchases/invoices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Invoices */
        get: operations["V1PurchasesInvoicesInvoices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/purchases/landed-costs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** LandedCosts */
        get: operations["V1PurchasesLandedCostsLandedCosts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/purchases/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Receipts */
        get: operations["V1PurchasesReceiptsReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Quarantine */
        get: operations["V1QuarantineQuarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quarantine/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Evidence */
        get: operations["V1QuarantineEvidenceEvidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quarantine/provisional": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Provisional */
        get: operations["V1QuarantineProvisionalProvisional"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/replenishment/automation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Automation */
        get: operations["V1ReplenishmentAutomationAutomation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/replenishment/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Suggestions */
        get: operations["V1ReplenishmentSuggestionsSuggestions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/report-channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListChannels */
        get: operations["V1ReportChannelsListChannels"];
        put?: never;
        /** KeepChannel */
        post: operations["V1ReportChannelsKeepChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/report-channels/{channel}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** RemoveChannel */
        delete: operations["V1ReportChannelsRemoveChannel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/report-subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ListSubscriptions */
        get: operations["V1ReportSubscriptionsListSubscriptions"];
        put?: never;
        /** KeepSubscription */
        post: operations["V1ReportSubscriptionsKeepSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/report-subscriptions/{subscription}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** RemoveSubscription */
        delete: operations["V1ReportSubscriptionsRemoveSubscription"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/report-subscriptions/{subscription}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** RunAgain */
        post: operations["V1ReportSubscriptionsRunsRunAgain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Gallery */
        get: operations["V1ReportsGallery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/abc-xyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportAbcXyz */
        get: operations["ReportAbcXyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/balance-sheet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportBalanceSheet */
        get: operations["ReportBalanceSheet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportChanges */
        get: operations["ReportChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/cold-chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ColdChain */
        get: operations["V1ReportsColdChainColdChain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/daily": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportDaily */
        get: operations["ReportDaily"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/detail-ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportDetailLedger */
        get: operations["ReportDetailLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/expiring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportExpiring */
        get: operations["ReportExpiring"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/general-ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportGeneralLedger */
        get: operations["ReportGeneralLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/gmroi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportGmroi */
        get: operations["ReportGmroi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/losses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportLosses */
        get: operations["ReportLosses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/monthly": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportMonthly */
        get: operations["ReportMonthly"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/near-expiry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** NearExpiry */
        get: operations["V1ReportsNearExpiryNearExpiry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Nodes */
        get: operations["V1ReportsNodesNodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Overview */
        get: operations["V1ReportsOverviewOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/profit-and-loss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportProfitAndLoss */
        get: operations["ReportProfitAndLoss"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/quality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Quality */
        get: operations["V1ReportsQualityQuality"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/safety": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Safety */
        get: operations["V1ReportsSafetySafety"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/sales": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sales */
        get: operations["V1ReportsSalesSales"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/sales-by": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportSalesBy */
        get: operations["ReportSalesBy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/sell-through": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportSellThrough */
        get: operations["ReportSellThrough"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stock */
        get: operations["V1ReportsStockStock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/stock-movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportStockMovements */
        get: operations["ReportStockMovements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/stock-outs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportStockOuts */
        get: operations["ReportStockOuts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/stock-value": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportStockValue */
        get: operations["ReportStockValue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/suppliers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportSuppliers */
        get: operations["ReportSuppliers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/trial-balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportTrialBalance */
        get: operations["ReportTrialBalance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/turnover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReportTurnover */
        get: operations["ReportTurnover"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** SignIn */
        post: operations["V1SessionSignIn"];
        /** SignOut */
        delete: operations["V1SessionSignOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** KeepUser */
        post: operations["V1UsersKeepUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AccountName
         * @description An account as the chart calls it, in both languages.
         */
        AccountName: {
            en: string;
            zh: string;
        };
        /**
         * AccountRow
         * @description An account over a span. Balances are debit less credit: what is owed is negative.
         */
        AccountRow: {
            account: string;
            closing: string;
            credit: string;
            debit: string;
            name: components["schemas"]["AccountName"];
            opening: string;
            type: ("asset" | "cost" | "equity" | "expense" | "income" | "liability") | null;
        };
        /**
         * Accounts
         * @description The span's trial balance by account; debits equal credits where `balanced`.
         */
        Accounts: {
            balanced: boolean;
            credit: string;
            debit: string;
            first: string;
            last: string;
            rows: components["schemas"]["AccountRow"][];
        };
        /** AcknowledgeExcursion */
        AcknowledgeExcursion: {
            action: string;
            excursion: string;
            /** @default  */
            note?: string;
        };
        /** AddCost */
        AddCost: {
            amount: string;
            /** @enum {unknown} */
            cost_kind: "labour" | "overhead";
            /** @default  */
            note?: string;
            order: string;
        };
        /**
         * Admitted
         * @description What a machine must know to be the store's node.
         */
        Admitted: {
            cloud_public_key: string;
            node_id: string;
            store: string;
            tenant: {
                [key: string]: string | number;
            };
            token_audience: string;
        };
        /**
         * Against
         * @description One thing that stands against closing; `sku` and `sku_name` where it is about goods.
         */
        Against: {
            obstacle: string;
            sku: string;
            sku_name: string;
            told: string;
            where: string;
        };
        /** AllocateLandedCost */
        AllocateLandedCost: {
            /** Format: date */
            dated: string;
            /** @default null */
            deductible?: boolean | null;
            lines: components["schemas"]["LandedOn"][];
            net: string;
            /** @default  */
            note?: string;
            /** @default 0 */
            rate?: string;
            /** @enum {unknown} */
            shared_by: "quantity" | "value" | "weight";
            supplier: string;
        };
        /**
         * Answer
         * @description One question of the check; `passed` None is unanswered, which counts as not passed.
         */
        Answer: {
            /** @default  */
            note?: string;
            /** @default null */
            passed?: boolean | null;
            question: string;
            /** @default  */
            value?: string;
        };
        /** AnswerGiven */
        AnswerGiven: {
            /** @default  */
            note?: string;
            /** @default null */
            passed?: boolean | null;
            question: string;
            /** @default  */
            value?: string;
        };
        /**
         * ApproveSuggestion
         * @description One click: what stands there now becomes an order.
         */
        ApproveSuggestion: {
            /** @default null */
            due?: string | null;
            suggestion: string;
        };
        /** ArrivingLine */
        ArrivingLine: {
            /** @default  */
            code?: string;
            /** @default null */
            expiry?: string | null;
            /** @default null */
            lot?: string | null;
            /** @default  */
            place?: string;
            /** @default null */
            produced?: string | null;
            qty: string;
            sku: string;
            /** @default false */
            typed?: boolean;
            /** @default  */
            unit?: string;
            /** @default null */
            unit_cost?: string | null;
            /** @default null */
            weighed?: components["schemas"]["Weighed"] | null;
        };
        /** AskReopen */
        AskReopen: {
            period: string;
            reason: string;
        };
        /** AssignBarcode */
        AssignBarcode: {
            code: string;
            /** @default 1 */
            factor?: string;
            sku: string;
            unit: string;
        };
        /** AssignSensor */
        AssignSensor: {
            /** @default 15 */
            battery_min?: number;
            /** @default null */
            cal_due?: string | null;
            /** @default 300 */
            clear_after_s?: number;
            /** @default [] */
            defrost_at?: string[];
            /** @default 0 */
            defrost_every_h?: number;
            /** @default 0 */
            defrost_minutes?: number;
            /** @default  */
            door?: string;
            /** @default 300 */
            door_after_s?: number;
            /** @default 300 */
            door_open_s?: number;
            /** @default 900 */
            escalate_after_s?: number;
            /** @default null */
            high?: string | null;
            /** @default 0.5 */
            hysteresis?: string;
            /** @default null */
            low?: string | null;
            /** @default null */
            masked_up_to?: string | null;
            /** @default 900 */
            offline_after_s?: number;
            place: string;
            quantity: string;
            /** @default 1800 */
            raise_after_s?: number;
            sensor: string;
            store: string;
        };
        /**
         * AutomationTold
         * @description The envelope as it stands, whether the switch is pulled, and what was ordered inside it today (UTC).
         */
        AutomationTold: {
            day_amount: string;
            delay_minutes: number;
            deviation_bp: number;
            dry_run: boolean;
            healthy_on: string | null;
            models_days: number;
            ordered_today: string;
            price_band_bp: number;
            rehearsed_today: string;
            skus: string[];
            /** @enum {unknown} */
            stage: "automatic" | "one_click" | "suggest";
            stopped: boolean;
            suppliers: string[];
            why: string;
        };
        /** Barcode */
        Barcode: {
            code: string;
            factor: string;
            unit: string;
        };
        /** BeginExcursion */
        BeginExcursion: {
            /** @default false */
            backfilled?: boolean;
            began_ms: number;
            excursion: string;
            limit: number;
            place: string;
            quantity: string;
            sensor: string;
            value: number;
        };
        /** BillCustomer */
        BillCustomer: {
            amount: string;
            customer: string;
            /** Format: date */
            dated: string;
            number: string;
        };
        /**
         * BilledLine
         * @description A line of an invoice beside what was ordered and what came; None: nobody has told of it yet.
         */
        BilledLine: {
            kept: string | null;
            name: string;
            net?: string;
            order_price?: string | null;
            ordered: string | null;
            qty: string;
            rate: string;
            receipt: string;
            sku: string;
            store: string;
            tax?: string;
            unit: string;
            unit_price?: string;
        };
        /** Blocked */
        Blocked: {
            holds: components["schemas"]["HoldRow"][];
            inspections: components["schemas"]["InspectionRow"][];
        };
        /**
         * BookMonthEnd
         * @description What closes a month's accounts before the month itself is closed. Head office fills in what its books say: `run`,
         *         `waiting` (its own facts that are in no voucher yet), the obstacles, and the lines.
         */
        BookMonthEnd: {
            /** @default false */
            forced?: boolean;
            /** @default [] */
            obstacles?: components["schemas"]["Obstacle"][];
            period: string;
            /** @default 0 */
            profit?: number;
            /** @default [] */
            profit_lines?: components["schemas"]["VoucherLine"][];
            /** @default  */
            reason?: string;
            /** @default 0 */
            run?: number;
            /** @default 0 */
            surtax?: number;
            /** @default 0 */
            vat?: number;
            /** @default [] */
            vat_lines?: components["schemas"]["VoucherLine"][];
            /** @default 0 */
            waiting?: number;
        };
        /**
         * BooksNow
         * @description `today` is the business day; `since` the first posting day, None where nothing was ever posted.
         */
        BooksNow: {
            balances: components["schemas"]["KeyBalance"][];
            /** @enum {unknown} */
            chart: "enterprise" | "small_business";
            periods: components["schemas"]["PeriodRow"][];
            proof: components["schemas"]["ProofTold"] | null;
            since: string | null;
            stores: components["schemas"]["cloud.books.overview.StoreRow"][];
            /** @enum {unknown} */
            taxpayer: "general" | "small_scale";
            today: string;
            waiting: components["schemas"]["Waiting"][];
        };
        /** BookTerms */
        BookTerms: {
            costing: components["schemas"]["DatedTerm"][];
            kinds: components["schemas"]["DatedTerm"][];
            policies: components["schemas"]["PolicyRow"][];
            unrated: components["schemas"]["Unrated"][];
            vat: components["schemas"]["DatedTerm"][];
        };
        /** Business */
        Business: {
            days: components["schemas"]["DayRow"][];
            excursions_open: number;
            fact_count: number;
            from: string;
            held: components["schemas"]["Lots"];
            near_expiry: components["schemas"]["Lots"];
            nodes_late: number;
            sales: components["schemas"]["Compared"];
            stores: components["schemas"]["cloud.reports.how_is_business.StoreRow"][];
            to: string;
        };
        /** CancelCustomerOrder */
        CancelCustomerOrder: {
            order: string;
            reason: string;
        };
        /** CancelOrder */
        CancelOrder: {
            order: string;
            reason: string;
        };
        /** CandidateTold */
        CandidateTold: {
            cost: string;
            qty: string;
            /** @default null */
            short?: string | null;
            /** @default null */
            waste?: string | null;
        };
        /**
         * Card
         * @description A report as the gallery shows it; `days` [usual, least, most] where one may choose a number of days,
         *         `accounts` those one may ask about.
         */
        Card: {
            accounts: components["schemas"]["Choice"][];
            /** @enum {unknown} */
            area: "books" | "business" | "goods" | "purchasing" | "sales";
            asks: string;
            by: components["schemas"]["Choice"][];
            compares: boolean;
            days: number[] | null;
            key: string;
            span: string;
            title: string;
        };
        /** Category */
        Category: {
            category: string;
            en: string;
            zh: string;
        };
        /**
         * Chain
         * @description The chain by its name and its money.
         */
        Chain: {
            currency: string;
            digits: number;
            name: string;
            symbol: string;
        };
        /**
         * ChannelRow
         * @description `where` is what tells one from another without giving it away: a host, a folder.
         */
        ChannelRow: {
            carries_files: boolean;
            channel: string;
            /** @enum {unknown} */
            kind: "dingtalk" | "email" | "feishu" | "folder" | "wecom";
            name: string;
            settings: components["schemas"]["ChannelSettings"];
            where: string;
        };
        /** Channels */
        Channels: {
            channels: components["schemas"]["ChannelRow"][];
        };
        /**
         * ChannelSettings
         * @description What of a channel everybody who uses it may know.
         */
        ChannelSettings: {
            /** @default  */
            folder?: string;
            /** @default  */
            host?: string;
            /** @default 0 */
            port?: number;
            /**
             * @default tls
             * @enum {unknown}
             */
            security?: "none" | "starttls" | "tls";
            /** @default  */
            sender?: string;
            /** @default false */
            signed?: boolean;
            /** @default  */
            user?: string;
        };
        /**
         * Chart
         * @description A hint: `line` over dates, `bar` over names; columns by key.
         */
        Chart: {
            /** @enum {unknown} */
            kind: "bar" | "line";
            x: string;
            y: string[];
        };
        /**
         * ChartAccount
         * @description `by_hand`: may be named on a voucher; `partner`: a line of it needs a customer or supplier.
         */
        ChartAccount: {
            account: string;
            by_hand: boolean;
            name: components["schemas"]["AccountName"];
            partner: boolean;
            /** @enum {unknown} */
            type: "asset" | "cost" | "equity" | "expense" | "income" | "liability";
        };
        /** ChartTold */
        ChartTold: {
            accounts: components["schemas"]["ChartAccount"][];
            /** @enum {unknown} */
            chart: "enterprise" | "small_business";
        };
        /** Choice */
        Choice: {
            title: string;
            value: string;
        };
        /**
         * ClosePeriod
         * @description `forced` closes against the obstacles and needs a reason; late arrivals then go to the first open period.
         */
        ClosePeriod: {
            /** @default false */
            forced?: boolean;
            /** @default [] */
            obstacles?: components["schemas"]["Obstacle"][];
            period: string;
            /** @default  */
            reason?: string;
        };
        /**
         * StoreRow
         * @description How far a store's node has sealed its days; None: never.
         */
        "cloud.books.overview.StoreRow": {
            name: string;
            sealed_through: string | null;
            store: string;
        };
        /**
         * StoreRow
         * @description `share` is per mille of the chain's amount.
         */
        "cloud.reports.how_is_business.StoreRow": {
            amount: string;
            count: number;
            facts: string;
            last_sync_at: string | null;
            name: string;
            qty: string;
            share: number;
            /** @enum {unknown} */
            state: "fork" | "late" | "never" | "ok";
            store: string;
            unsent: number;
        };
        /**
         * Told
         * @description What is asked for. `stores` empty: all that the person may see at the time. `at` is minutes after midnight.
         */
        "cloud.reports.subscriptions.Told": {
            /** @default 480 */
            at?: number;
            /** @default  */
            by?: string;
            /** @default  */
            compare?: string;
            /** @default null */
            days?: number | null;
            /**
             * @default xlsx
             * @enum {unknown}
             */
            form?: "pdf" | "xlsx";
            /**
             * @default zh-CN
             * @enum {unknown}
             */
            language?: "en" | "zh-CN";
            /**
             * @default day
             * @enum {unknown}
             */
            period?: "day" | "month" | "month_to_date" | "week";
            report: string;
            /** @default [] */
            stores?: string[];
            /** @default [] */
            to?: string[];
            /** @default 120 */
            wait_minutes?: number;
        };
        /**
         * CodeFor
         * @description `node` may be left out: a node is named by its store.
         */
        CodeFor: {
            /** @default  */
            node?: string;
            store: string;
        };
        /** ColdChain */
        ColdChain: {
            excursions: components["schemas"]["ExcursionRow"][];
            sensors: components["schemas"]["SensorRow"][];
        };
        /**
         * CollectPayment
         * @description A customer pays off what was bought on account.
         */
        CollectPayment: {
            amount: string;
            customer: string;
            /**
             * @default cash
             * @enum {unknown}
             */
            method?: "alipay" | "bank" | "card" | "cash" | "other" | "wechat";
            /** @default  */
            note?: string;
        };
        /** Compared */
        Compared: {
            amount: string;
            count: number;
            discount: string;
            previous: components["schemas"]["Figures"];
            qty: string;
            returned: string;
        };
        /**
         * CompleteOutput
         * @description `completion` is a fraction above 0; 1 ends the order.
         */
        CompleteOutput: {
            /** @default 1 */
            completion?: string;
            lines: components["schemas"]["OutputLine"][];
            order: string;
        };
        /**
         * ConfirmOrder
         * @description What the supplier answered. Zero says that a line does not come. `revision` is the one that was answered; left
         *         out: the one that stands.
         */
        ConfirmOrder: {
            /** Format: date */
            due: string;
            lines: components["schemas"]["LineConfirmed"][];
            /** @default  */
            note?: string;
            order: string;
            /** @default null */
            revision?: number | null;
        };
        /** ConsumeComponents */
        ConsumeComponents: {
            lines: components["schemas"]["Line"][];
            order: string;
        };
        /**
         * Contract
         * @description A price without VAT, by quantity ordered, from a day on; `tolerance` is a fraction.
         */
        Contract: {
            at_receipt: string;
            name: string;
            since: string;
            sku: string;
            supplier: string;
            supplier_name: string;
            tiers: components["schemas"]["ContractTier"][];
            tolerance: string;
            unit: string;
            until: string | null;
        };
        /** ContractTier */
        ContractTier: {
            min_qty: string;
            unit_price?: string;
        };
        /** Count */
        Count: {
            lines: components["schemas"]["CountLine"][];
            /** @default  */
            note?: string;
        };
        /** CountLine */
        CountLine: {
            counted: string;
            /** @default null */
            lot?: string | null;
            sku: string;
            /** @default  */
            unit?: string;
            /** @default null */
            weighed?: components["schemas"]["Weighed"] | null;
        };
        /**
         * Customer
         * @description `exposure` is what is owed, delivered and not billed, and ordered on account; `limit` what it may come to.
         */
        Customer: {
            address?: string;
            customer: string;
            exposure: string;
            limit: string;
            name: string;
            phone?: string;
            tax_number?: string;
            terms_days: number;
        };
        /**
         * CustomerOrderLine
         * @description `unit_price` left out: the store's list price.
         */
        CustomerOrderLine: {
            qty: string;
            sku: string;
            /** @default null */
            unit_price?: string | null;
        };
        /**
         * DatedTerm
         * @description What holds of one SKU or one category from a day on: a rate as a fraction, a method, a kind.
         */
        DatedTerm: {
            category: string;
            name: string;
            since: string;
            sku: string;
            value: string;
        };
        /** DayRow */
        DayRow: {
            amount: string;
            count: number;
            date: string;
            facts: string;
            qty: string;
        };
        /** DayTold */
        DayTold: {
            day: string;
            mean: string;
            q50: string;
            q80: string;
            q90: string;
            q95: string;
            q98: string;
        };
        /** DeclineOrder */
        DeclineOrder: {
            order: string;
            reason: string;
            /** @default null */
            revision?: number | null;
        };
        /** DefineCategory */
        DefineCategory: {
            category: string;
            en: string;
            zh: string;
        };
        /** DefineCustomer */
        DefineCustomer: {
            /** @default null */
            address?: string | null;
            customer: string;
            name: string;
            /** @default null */
            phone?: string | null;
            /** @default null */
            tax_number?: string | null;
        };
        /** DefinePlace */
        DefinePlace: {
            name: string;
            place: string;
            /** @enum {unknown} */
            storage: "ambient" | "chilled" | "frozen";
            store: string;
        };
        /** DefineProduct */
        DefineProduct: {
            base_unit: string;
            category: string;
            /** @default 0 */
            decimals?: number;
            /** @default 7 */
            max_cover_days?: number;
            /** @default 3 */
            min_cover_days?: number;
            /** @default 0 */
            min_remaining_days?: number;
            name: string;
            /**
             * @default warn
             * @enum {unknown}
             */
            negative?: "block" | "provisional" | "warn";
            /** @default null */
            shelf_life_days?: number | null;
            sku: string;
            /**
             * @default ambient
             * @enum {unknown}
             */
            storage?: "ambient" | "chilled" | "frozen";
            /** @default  */
            supplier?: string;
            /** @default null */
            unit_cost?: string | null;
        };
        /** DefineStore */
        DefineStore: {
            /** @default 0 */
            cutoff_minutes?: number;
            name: string;
            store: string;
            /** @default Asia/Shanghai */
            timezone?: string;
        };
        /** DefineSupplier */
        DefineSupplier: {
            /** @default 1 */
            lead_days?: number;
            name: string;
            /** @default null */
            phone?: string | null;
            supplier: string;
        };
        /** DepositCash */
        DepositCash: {
            amount: string;
            /** @default  */
            note?: string;
        };
        /** DeviceList */
        DeviceList: {
            items: components["schemas"]["DeviceRow"][];
        };
        /**
         * DeviceNamed
         * @description A device by the id it gives itself, which stands on its settings page and in every fact it recorded.
         */
        DeviceNamed: {
            device: string;
            /** @default  */
            note?: string;
        };
        /**
         * DeviceRow
         * @description A device somebody has said something about.
         */
        DeviceRow: {
            changed_by: string;
            changed_ms: number;
            device: string;
            note: string;
            state: string;
        };
        /**
         * DifferenceRow
         * @description A count, a loss or a shortage on the road: at cost, what was over and what was short, None where decided.
         */
        DifferenceRow: {
            business_date: string;
            gain: string | null;
            loss: string | null;
            ref: string;
            store: string;
        };
        /** Differences */
        Differences: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["DifferenceRow"][];
        };
        /** DismissSuggestion */
        DismissSuggestion: {
            reason: string;
            suggestion: string;
        };
        /**
         * DisposePending
         * @description `of` names counts, transfers or wastes of the store.
         */
        DisposePending: {
            /** @default 0 */
            compensation?: string;
            /** Format: date */
            dated: string;
            /** @enum {unknown} */
            direction: "gain" | "loss";
            of: string[];
            /** @default  */
            payer?: string;
            reason: string;
            store: string;
        };
        /** Durable */
        Durable: {
            log: string;
            seq: number;
        };
        /** EndExcursion */
        EndExcursion: {
            ended_ms: number;
            excursion: string;
            peak: number;
        };
        /** Enrol */
        Enrol: {
            code: string;
            node_id: string;
            node_public_key: string;
        };
        /** EnrolledNode */
        EnrolledNode: {
            enrolled_at: string | null;
            last_sync_at: string | null;
            logs: components["schemas"]["NodeLog"][];
            node: string;
            node_id: string;
            state: string;
            store: string;
            unsent: number;
        };
        /** EnrolledNodes */
        EnrolledNodes: {
            items: components["schemas"]["EnrolledNode"][];
        };
        /**
         * EnterVoucher
         * @description Refused whole when it does not balance, names an unknown account or falls into a closed period.
         */
        EnterVoucher: {
            /** Format: date */
            dated: string;
            lines: components["schemas"]["EntryLine"][];
            reason: string;
        };
        /** EntryLine */
        EntryLine: {
            account: string;
            /** @default 0 */
            credit?: string;
            /** @default 0 */
            debit?: string;
            /** @default  */
            note?: string;
            /** @default  */
            partner?: string;
            /** @default  */
            store?: string;
        };
        /** EscalateExcursion */
        EscalateExcursion: {
            excursion: string;
            level: number;
        };
        /** EvidencePage */
        EvidencePage: {
            rows: components["schemas"]["EvidenceRow"][];
        };
        /**
         * EvidenceRow
         * @description A frame of a revoked node: kept, never applied.
         */
        EvidenceRow: {
            bytes: number;
            count: number;
            first_seq: number;
            log: string;
            node: string;
            received_at: string;
            sha256: string;
        };
        /** ExcursionRow */
        ExcursionRow: {
            acknowledged_by: string;
            action: string;
            backfilled: boolean;
            began: string;
            ended: string | null;
            excursion: string;
            facts: string;
            held: components["schemas"]["HeldThere"][];
            level: number;
            limit: string;
            noted: components["schemas"]["Noted"] | null;
            peak: string;
            place: string;
            quantity: string;
            sensor: string;
            state: string;
            store: string;
            store_name: string;
        };
        /** Expiring */
        Expiring: {
            as_of: string;
            days: number;
            rows: components["schemas"]["ExpiringRow"][];
        };
        /**
         * ExpiringRow
         * @description `days_left` 0 is the last day it may be sold, negative is past it.
         */
        ExpiringRow: {
            days_left: number;
            expiry: string;
            facts: string;
            held: string;
            lot: string;
            name: string;
            on_hand: string;
            sku: string;
            store: string;
            store_name: string;
        };
        /**
         * ExportMark
         * @description That a program has a voucher, by which batch and under which number of its month.
         */
        ExportMark: {
            batch: string;
            made_at: string;
            made_by?: string;
            made_number: number;
            system: string;
        };
        /**
         * ExportMonth
         * @description A month's vouchers within the span: how many one program has, and what of them waits.
         */
        ExportMonth: {
            exported: number;
            month: string;
            vouchers: number;
            waiting: number;
            waiting_amount: string;
        };
        /** ExportPage */
        ExportPage: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["ExportRow"][];
        };
        /**
         * ExportRow
         * @description `vouchers` of ours became `made` of the program's; `amount` is the sum of debits.
         */
        ExportRow: {
            amount: string;
            batch: string;
            /** @enum {unknown} */
            by: "day" | "voucher";
            from: string;
            made: number;
            made_at: string;
            made_by?: string;
            system: string;
            to: string;
            vouchers: number;
        };
        /**
         * ExportStanding
         * @description How far one program is with the vouchers posted in a span.
         */
        ExportStanding: {
            from: string;
            months: components["schemas"]["ExportMonth"][];
            system: string;
            to: string;
            waiting: number;
            waiting_amount: string;
        };
        /**
         * FactName
         * @description The name of a fact: its log in hex and its number there.
         */
        FactName: {
            log: string;
            seq: number;
        };
        /** FactPage */
        FactPage: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["FactRow"][];
        };
        /**
         * FactRow
         * @description One fact, in words and in full.
         */
        FactRow: {
            actor?: string;
            at: string;
            body: unknown;
            business_date: string;
            device: string;
            kind: string;
            log: string;
            node: string;
            op_id: string;
            seq: number;
            text: components["schemas"]["Named"];
        };
        /**
         * Figures
         * @description `count`: receipts where whole receipts are grouped, receipt lines where goods are.
         */
        Figures: {
            amount: string;
            count: number;
            discount: string;
            qty: string;
            returned: string;
        };
        /**
         * FindingTold
         * @description One promise of the books; `difference` names the first place where it does not hold.
         */
        FindingTold: {
            difference: string;
            looked_at: number;
            what: string;
        };
        /** FirstOwner */
        FirstOwner: {
            code: string;
            name: string;
            password: string;
            user: string;
        };
        /**
         * ForecastTold
         * @description Whose forecast it is and of which past; `degraded` names what is wrong with that past.
         */
        ForecastTold: {
            days: components["schemas"]["DayTold"][];
            degraded: string[];
            model: string;
            origin: string;
            segment: string;
        };
        /**
         * FreshTold
         * @description What goods that do not keep are judged by. `over` and `under` are what one too many and one too few cost, yuan;
         *         whoever draws `paths` paths from the forecast with `seed` gets the waste and the shortage of each candidate.
         */
        FreshTold: {
            first: number;
            last: number;
            lots: components["schemas"]["LotTold"][];
            next_order: number;
            over?: string;
            paths: number;
            seed: string;
            tried: number;
            under?: string;
        };
        /** Gallery */
        Gallery: {
            reports: components["schemas"]["Card"][];
        };
        /**
         * Gift
         * @description What a sister store can give; `spare` is what it had to spare.
         */
        Gift: {
            qty: string;
            spare: string;
            store: string;
            store_name: string;
        };
        /**
         * Give
         * @description A gift to a customer or to the staff.
         */
        Give: {
            lines: components["schemas"]["Line"][];
            reason: string;
        };
        /**
         * GiveBack
         * @description The node's own word, after a recall or a cancelled order; how much is decided by its writer.
         */
        GiveBack: {
            customer: string;
            /** @default  */
            order?: string;
            /** @default  */
            recall?: string;
        };
        /**
         * GiveBackVisits
         * @description For a customer who wants to go to another store.
         */
        GiveBackVisits: {
            package: string;
            visits: number;
        };
        /** Goods */
        Goods: {
            name: string;
            sku: string;
        };
        /** HandedPage */
        HandedPage: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["HandedRow"][];
        };
        /**
         * HandedRow
         * @description A voucher within a batch; `made_number` is its number in the other program, which several may share.
         */
        HandedRow: {
            amount: string;
            business_date: string;
            kind: string;
            log: string;
            made_number: number;
            node: string;
            number: number;
            part: number;
            posting_date: string;
            reference: string;
            seq: number;
        };
        /** HeldThere */
        HeldThere: {
            lot: string;
            name: string;
            qty: string;
            sku: string;
        };
        /** Hold */
        Hold: {
            lines: components["schemas"]["HoldLine"][];
            reason: string;
        };
        /**
         * HoldLine
         * @description `qty` left out: all that can be sold of the lot.
         */
        HoldLine: {
            lot: string;
            /** @default null */
            qty?: string | null;
            sku: string;
        };
        /** HoldRow */
        HoldRow: {
            excursion: string;
            facts: string;
            lot: string;
            name: string;
            place: string;
            qty: string;
            reason: string;
            since: string;
            sku: string;
            store: string;
            store_name: string;
        };
        /**
         * HowFar
         * @description By op id: accepted, rejected, or unknown here.
         */
        HowFar: {
            states: {
                [key: string]: string;
            };
        };
        /** Inspect */
        Inspect: {
            /** @default [] */
            answers?: components["schemas"]["AnswerGiven"][];
            lines: components["schemas"]["InspectLine"][];
            /** @default  */
            note?: string;
            /** @default [] */
            photos?: string[];
            /** @default  */
            receipt?: string;
        };
        /**
         * Inspected
         * @description An inspection of the goods behind the voucher, with its photos.
         */
        Inspected: {
            at: string;
            inspection: string;
            log: string;
            photos: string[];
            seq: number;
            store: string;
            verdict: string;
        };
        /** InspectedRow */
        InspectedRow: {
            accepted: string;
            held: string;
            lot: string;
            name: string;
            rejected: string;
            sku: string;
        };
        /** InspectionRow */
        InspectionRow: {
            answers: components["schemas"]["Answer"][];
            at: string;
            facts: string;
            inspection: string;
            inspector: string;
            lines: components["schemas"]["InspectedRow"][];
            note: string;
            photos: string[];
            receipt: string;
            store: string;
            store_name: string;
            verdict: string;
        };
        /**
         * InspectLine
         * @description `weighed`: one of the three parts lay on a scale; `typed`: a person wrote a weight by hand.
         */
        InspectLine: {
            accepted: string;
            /** @default 0 */
            held?: string;
            lot: string;
            /** @default 0 */
            rejected?: string;
            sku: string;
            /** @default false */
            typed?: boolean;
            /** @default null */
            weighed?: components["schemas"]["Weighed"] | null;
        };
        /**
         * InvoiceLine
         * @description `rate` left out: the SKU's rate on the invoice's day. `tax` left out: net times rate, half up.
         */
        InvoiceLine: {
            qty: string;
            /** @default null */
            rate?: string | null;
            receipt: string;
            sku: string;
            /** @default null */
            tax?: string | null;
            unit_price?: string;
        };
        /** InvoicePage */
        InvoicePage: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["InvoiceRow"][];
        };
        /** InvoicePart */
        InvoicePart: {
            amount: string;
            invoice: string;
        };
        /**
         * InvoiceRow
         * @description `left` is what is still to be paid of it, `due` when, by the supplier's terms.
         */
        InvoiceRow: {
            dated: string;
            deductible: boolean;
            due: string;
            invoice: string;
            left?: string;
            lines: components["schemas"]["BilledLine"][];
            mismatches: components["schemas"]["MismatchTold"][];
            net?: string;
            number: string;
            paid?: string;
            reason: string;
            state: string;
            supplier: string;
            supplier_name: string;
            tax?: string;
        };
        /** JudgeModels */
        JudgeModels: {
            healthy: boolean;
            /** @default  */
            why?: string;
        };
        /**
         * KeyBalance
         * @description What stands on an account now, debit less credit.
         */
        KeyBalance: {
            account: string;
            amount: string;
            name: components["schemas"]["AccountName"];
            role: string;
        };
        /**
         * LandedOn
         * @description Goods that bear the cost; `weight` (of the whole line, any one unit) where it is shared by weight.
         */
        LandedOn: {
            receipt: string;
            sku: string;
            /** @default null */
            weight?: string | null;
        };
        /** LandedPage */
        LandedPage: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["LandedRow"][];
        };
        /** LandedRow */
        LandedRow: {
            cost: string;
            dated: string;
            net?: string;
            note: string;
            shared_by: string;
            supplier: string;
            supplier_name: string;
            tax?: string;
        };
        /**
         * LeaseCredit
         * @description Gives a store `amount` more of the customer's limit to sell on, with or without a line.
         */
        LeaseCredit: {
            amount: string;
            customer: string;
            store: string;
        };
        /** LeaseVisits */
        LeaseVisits: {
            package: string;
            store: string;
            visits: number;
        };
        /**
         * Ledger
         * @description A page of an account's lines, oldest first. `opening` is the balance before the span's first day.
         */
        Ledger: {
            account: string;
            closing: string;
            count: number;
            credit: string;
            debit: string;
            first: string;
            last: string;
            name: components["schemas"]["AccountName"];
            /** @default null */
            next?: string | null;
            opening: string;
            rows: components["schemas"]["LedgerLine"][];
            type: ("asset" | "cost" | "equity" | "expense" | "income" | "liability") | null;
        };
        /**
         * LedgerLine
         * @description One line of the account; `against` are the accounts on the other side of its voucher.
         */
        LedgerLine: {
            against: string[];
            balance: string;
            business_date: string;
            credit: string;
            debit: string;
            kind: string;
            log: string;
            lot: string;
            memo: string;
            number: number;
            part: number;
            partner: string;
            partner_name: string;
            posting_date: string;
            reference: string;
            seq: number;
            sku: string;
            sku_name: string;
            store: string;
        };
        /**
         * Line
         * @description So much of an SKU; `unit` empty means its base unit, `lot` None means nobody looked.
         *
         *         `weighed` is the scale's word for `qty`; `typed` says that a person wrote a weight by hand.
         */
        Line: {
            /** @default null */
            lot?: string | null;
            /** @default  */
            place?: string;
            qty: string;
            sku: string;
            /** @default false */
            typed?: boolean;
            /** @default  */
            unit?: string;
            /** @default null */
            weighed?: components["schemas"]["Weighed"] | null;
        };
        /**
         * LineConfirmed
         * @description `due` left out: the day of the whole order.
         */
        LineConfirmed: {
            /** @default null */
            due?: string | null;
            qty: string;
            sku: string;
            /** @default null */
            unit_cost?: string | null;
        };
        /**
         * LineTerms
         * @description The whole sum of a line, from what was forecast to what is ordered.
         */
        LineTerms: {
            abc: string;
            candidates: components["schemas"]["CandidateTold"][];
            correlation: string;
            /** @default 0 */
            cover_least?: string;
            /** @default null */
            cover_most?: string | null;
            cut: string;
            /** @default null */
            cut_by?: ("budget" | "minimum_value" | "storage") | null;
            days: string;
            expiring: string;
            factor: string;
            forecast: components["schemas"]["ForecastTold"];
            forecast_error: string;
            /** @default null */
            fresh?: components["schemas"]["FreshTold"] | null;
            given: string;
            held: string;
            in_transit: string;
            lead_days: string;
            lead_time: string;
            lead_variance: string;
            least: string;
            level: string;
            mean_lead: string;
            mean_review: string;
            need: string;
            noise: string;
            on_hand: string;
            on_order: string;
            order_up_to: string;
            ordered: string;
            pack: string;
            position: string;
            price: string;
            quantile: string;
            review: string;
            review_days: number;
            safety_forecast_error: string;
            safety_lead_time: string;
            safety_noise: string;
            safety_review: string;
            safety_stock: string;
            spare: string;
            step: string;
            substituted: string;
            topped_up: string;
            unit_cost?: string;
            wanted: string;
        };
        /**
         * LineToSuggest
         * @description `terms` is the JSON of the whole sum, as it will be shown.
         */
        LineToSuggest: {
            qty: string;
            sku: string;
            /** @default  */
            terms?: string;
            /** @default null */
            unit_cost?: string | null;
        };
        /** LogRow */
        LogRow: {
            alarm: string;
            applied: number;
            epoch: number;
            log: string;
            parent: string;
            seq: number;
            state: string;
        };
        /** Lots */
        Lots: {
            lots: number;
            qty: string;
        };
        /**
         * LotTold
         * @description Sellable from day `first` to day `last`; day 0 is the day of the run.
         */
        LotTold: {
            first: number;
            last: number;
            qty: string;
        };
        /**
         * MakeSuggestion
         * @description One supplier's order for one store, named by the command's id.
         */
        MakeSuggestion: {
            lines: components["schemas"]["LineToSuggest"][];
            store: string;
            supplier: string;
        };
        /** MasterPage[Category] */
        MasterPage_Category_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["Category"][];
        };
        /** MasterPage[Contract] */
        MasterPage_Contract_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["Contract"][];
        };
        /** MasterPage[Customer] */
        MasterPage_Customer_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["Customer"][];
        };
        /** MasterPage[Order] */
        MasterPage_Order_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["Order"][];
        };
        /** MasterPage[OwnDay] */
        MasterPage_OwnDay_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["OwnDay"][];
        };
        /** MasterPage[Place] */
        MasterPage_Place_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["Place"][];
        };
        /** MasterPage[Product] */
        MasterPage_Product_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["Product"][];
        };
        /** MasterPage[Scanner] */
        MasterPage_Scanner_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["Scanner"][];
        };
        /** MasterPage[Sensor] */
        MasterPage_Sensor_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["Sensor"][];
        };
        /** MasterPage[Store] */
        MasterPage_Store_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["Store"][];
        };
        /** MasterPage[Supplier] */
        MasterPage_Supplier_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["Supplier"][];
        };
        /** MasterPage[Template] */
        MasterPage_Template_: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["Template"][];
        };
        /**
         * Me
         * @description What the app must know before it shows anything.
         */
        Me: {
            api_version: number;
            needs_bootstrap: boolean;
            server_time: string;
            side: string;
            signed_in: boolean;
            tenant: components["schemas"]["Chain"];
            /** @default null */
            user?: components["schemas"]["Myself"] | null;
        };
        /**
         * MismatchTold
         * @description Why a line is held; `known` and `given` are quantities or prices, as `difference` says.
         */
        MismatchTold: {
            /** @enum {unknown} */
            difference: "more_than_received" | "price_above_contract" | "price_above_order" | "price_above_receipt" | "receipt_unknown" | "supplier_differs";
            given?: string;
            known?: string;
            line: number;
        };
        /** MoneyPage */
        MoneyPage: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["MoneyRow"][];
        };
        /**
         * MoneyRow
         * @description `kind` is the fact's: accounting.supplier_paid …; `document` is what its voucher goes by.
         */
        MoneyRow: {
            amount: string;
            dated: string;
            document: string;
            kind: string;
            note: string;
            partner: string;
            partner_name: string;
            store: string;
        };
        /**
         * Myself
         * @description The person's own view of themselves; nothing here is hidden from them.
         */
        Myself: {
            language: string;
            name: string;
            permissions: string[];
            role: string;
            stores: string[];
            user: string;
        };
        /**
         * Named
         * @description A category in both languages, as the catalogue has it.
         */
        Named: {
            en: string;
            zh: string;
        };
        /**
         * NewChannel
         * @description A channel as it is entered; a secret left empty keeps the one that is held.
         */
        NewChannel: {
            /** @default  */
            channel?: string;
            /** @default  */
            folder?: string;
            /** @default  */
            host?: string;
            /** @enum {unknown} */
            kind: "dingtalk" | "email" | "feishu" | "folder" | "wecom";
            name: string;
            /** @default  */
            password?: string;
            /** @default 0 */
            port?: number;
            /** @default tls */
            security?: string;
            /** @default  */
            sender?: string;
            /** @default  */
            sign?: string;
            /** @default  */
            url?: string;
            /** @default  */
            user?: string;
        };
        /** NewCode */
        NewCode: {
            code: string;
            expires_at: string | null;
        };
        /**
         * NewExport
         * @description Vouchers posted in these days that the program of `form` has not got; `by` a day of a store and kind, or each.
         */
        NewExport: {
            /**
             * @default day
             * @enum {unknown}
             */
            by?: "day" | "voucher";
            /** @enum {unknown} */
            form: "kingdee-dbf" | "kingdee-xlsx" | "yonyou";
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
        };
        /** NewSubscription */
        NewSubscription: {
            channel: string;
            /** @default false */
            paused?: boolean;
            /** @default  */
            subscription?: string;
            told: components["schemas"]["cloud.reports.subscriptions.Told"];
        };
        /**
         * NewUser
         * @description A new account, or new values for one that exists; `password` may be left out for the latter.
         */
        NewUser: {
            /**
             * @default zh-CN
             * @enum {unknown}
             */
            language?: "en" | "zh-CN";
            name: string;
            /** @default null */
            password?: string | null;
            /** @default false */
            revoked?: boolean;
            /** @enum {unknown} */
            role: "accountant" | "clerk" | "head_office" | "inspector" | "owner" | "store_manager";
            stores: string[];
            user: string;
        };
        /** NodeLog */
        NodeLog: {
            alarm: string;
            epoch: number;
            log: string;
            seq: number;
            stable: number;
            state: string;
        };
        /**
         * NodeRow
         * @description `head`: facts received over all logs of the node; `applied`: facts the projector has passed.
         */
        NodeRow: {
            applied: number;
            head: number;
            last_sync_at: string | null;
            logs: components["schemas"]["LogRow"][];
            name: string;
            node: string;
            oldest_unsent_at: string | null;
            quarantined: number;
            /** @enum {unknown} */
            state: "fork" | "late" | "never" | "ok";
            store: string;
            unsent: number;
        };
        /** Nodes */
        Nodes: {
            nodes: components["schemas"]["NodeRow"][];
        };
        /**
         * Noted
         * @description What somebody at head office said about an excursion.
         */
        Noted: {
            action: string;
            at: string;
            by?: string;
            note: string;
        };
        /**
         * NoteExcursion
         * @description As the store's own acknowledgement, but said at head office; the store reads it beside its own.
         */
        NoteExcursion: {
            action: string;
            excursion: string;
            /** @default  */
            note?: string;
            store: string;
        };
        /**
         * Obstacle
         * @description Filled in by head office from its books; whatever a client sends here is not looked at.
         */
        Obstacle: {
            obstacle: string;
            /** @default  */
            told?: string;
            /** @default  */
            where?: string;
        };
        /**
         * OneFact
         * @description As `FactRow`, with its knot in the chain; `state` is applied, superseded, fallen, held or voided.
         */
        OneFact: {
            actor?: string;
            at: string;
            body: unknown;
            business_date: string;
            chain_ok: boolean;
            device: string;
            hash: string;
            kind: string;
            log: string;
            node: string;
            op_id: string;
            prev_hash: string;
            seq: number;
            state: string;
            text: components["schemas"]["Named"];
        };
        /** OnHand */
        OnHand: {
            /** @enum {unknown} */
            by: "lot" | "sku" | "store";
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["StockRow"][];
            total: components["schemas"]["StockTotal"];
        };
        /**
         * Op
         * @description One command as a device wrote it down. `at_ms` is the device's clock, `offset_ms` what must be added to it.
         */
        Op: {
            at_ms: number;
            body: unknown;
            /** @default 0 */
            dev_seq?: number;
            device_id: string;
            /** @default null */
            hlc?: string | null;
            kind: string;
            /** @default null */
            offset_ms?: number | null;
            op_id: string;
            /** @default 1 */
            v?: number;
        };
        /**
         * OpenAccount
         * @description Asked by the node, when a bridge has shown a code that is good.
         */
        OpenAccount: {
            account: string;
            /** @default  */
            by?: string;
            /** @default  */
            key?: string;
            /** @enum {unknown} */
            role: "bridge" | "sensor";
            /** @default [] */
            topics?: string[];
        };
        /** OpenReceipt */
        OpenReceipt: {
            business_date: string;
            lines: components["schemas"]["OrderedAndCame"][];
            order: string;
            receipt: string;
            store: string;
            supplier: string;
            supplier_name: string;
        };
        /** OpenReceipts */
        OpenReceipts: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["OpenReceipt"][];
        };
        /** Ops */
        Ops: {
            ops: components["schemas"]["Op"][];
        };
        /** OpStates */
        OpStates: {
            op_ids: string[];
        };
        /** Order */
        Order: {
            due: string | null;
            lines: components["schemas"]["OrderedLine"][];
            order: string;
            placed_ms: number;
            state: string;
            store: string;
            supplier: string;
        };
        /**
         * OrderAutomatically
         * @description The program asks to order by itself. Whatever the answer, it is on record.
         */
        OrderAutomatically: {
            suggestion: string;
        };
        /**
         * OrderedAndCame
         * @description An SKU of a receipt: ordered (None: without an order), came, went back, billed so far; what is `left` to bill.
         *
         *         `agreed` is the price the invoice is held against: the order's, else the contract's, else the delivery note's.
         */
        OrderedAndCame: {
            agreed?: string | null;
            agreed_by: string;
            invoiced: string;
            left: string;
            name: string;
            ordered: string | null;
            rate: string | null;
            receipt: string;
            received: string;
            sent_back: string;
            sku: string;
            tolerance: string;
            unit: string;
        };
        /** OrderedLine */
        OrderedLine: {
            name: string;
            ordered: string;
            received: string;
            sku: string;
        };
        /** OrderLine */
        OrderLine: {
            qty: string;
            sku: string;
            /** @default null */
            unit_cost?: string | null;
        };
        /**
         * OutputLine
         * @description So much of the order's SKU, in one lot.
         */
        OutputLine: {
            /** @default null */
            lot?: string | null;
            /** @default  */
            place?: string;
            qty: string;
            /** @default  */
            unit?: string;
        };
        /**
         * OwnDay
         * @description `holds` false: it was taken back. An empty store means all of them.
         */
        OwnDay: {
            day: string;
            holds: boolean;
            name: string;
            store: string;
            what: string;
        };
        /**
         * PaidInvoice
         * @description How much of a payment goes to which purchase invoice.
         */
        PaidInvoice: {
            amount: number;
            invoice: string;
        };
        /**
         * PayExpense
         * @description Petty cash: what the store pays from the till, with a word for what.
         */
        PayExpense: {
            amount: string;
            /**
             * @default cash
             * @enum {unknown}
             */
            method?: "alipay" | "bank" | "card" | "cash" | "other" | "wechat";
            /** @default  */
            note?: string;
            payee: string;
        };
        /** PayInCapital */
        PayInCapital: {
            amount: string;
            /** Format: date */
            dated: string;
            /** @default  */
            investor?: string;
            /**
             * @default bank
             * @enum {unknown}
             */
            method?: "alipay" | "bank" | "card" | "cash" | "other" | "wechat";
            /** @default  */
            note?: string;
        };
        /**
         * PaymentTakenBack
         * @description What a payment had settled and now has not: a customer's debt, or parts of a supplier's `invoices`.
         */
        PaymentTakenBack: {
            amount: number;
            /** @default  */
            customer?: string;
            document: string;
            /** @default [] */
            invoices?: components["schemas"]["PaidInvoice"][];
            /** @default  */
            supplier?: string;
        };
        /**
         * PaySupplier
         * @description `invoices` may say what is paid; together no more than `amount`.
         */
        PaySupplier: {
            amount: string;
            /** Format: date */
            dated: string;
            /** @default [] */
            invoices?: components["schemas"]["InvoicePart"][];
            /**
             * @default bank
             * @enum {unknown}
             */
            method?: "alipay" | "bank" | "card" | "cash" | "other" | "wechat";
            /** @default  */
            note?: string;
            /** @default  */
            store?: string;
            supplier: string;
        };
        /**
         * PeriodRow
         * @description A month: open, closed, or asked to be opened again. `over`: its last day has passed.
         */
        PeriodRow: {
            asked_by: string;
            asked_reason: string;
            closed_at: string | null;
            closed_by: string;
            forced: boolean;
            over: boolean;
            period: string;
            state: string;
            waived: number;
        };
        /** Periods */
        Periods: {
            periods: components["schemas"]["PeriodRow"][];
            today: string;
        };
        /**
         * PeriodTold
         * @description A month on its way: `steps` of an open one, `waived` of one closed by force.
         */
        PeriodTold: {
            last_day: string;
            period: components["schemas"]["PeriodRow"];
            proof: components["schemas"]["ProofTold"] | null;
            steps: components["schemas"]["Step"][];
            today: string;
            waived: components["schemas"]["Against"][];
        };
        /** Place */
        Place: {
            name: string;
            place: string;
            storage: string;
            store: string;
        };
        /**
         * PlaceCustomerOrder
         * @description Beyond the limit it is held, not refused. `order` may be left out; the command's id names it then.
         */
        PlaceCustomerOrder: {
            customer: string;
            /** @default null */
            due?: string | null;
            lines: components["schemas"]["CustomerOrderLine"][];
            /** @default  */
            order?: string;
            store: string;
        };
        /**
         * PlaceOrder
         * @description `order` may be left out; the command's id names it then.
         */
        PlaceOrder: {
            /** @default null */
            due?: string | null;
            lines: components["schemas"]["OrderLine"][];
            /** @default  */
            order?: string;
            store: string;
            supplier: string;
        };
        /** Point */
        Point: {
            avg: string;
            max: string;
            min: string;
            t: string;
        };
        /**
         * PolicyRow
         * @description Rates are fractions of the VAT that is owed; `surtax_factor` is what of them is due.
         */
        PolicyRow: {
            chart: string;
            education: string;
            local_education: string;
            since: string;
            surtax_factor: string;
            taxpayer: string;
            urban_construction: string;
        };
        /**
         * PolicyTold
         * @description The terms it was posted under; `version` 0: posted before that was noted, these are today's.
         */
        PolicyTold: {
            /** @enum {unknown} */
            chart: "enterprise" | "small_business";
            /** @enum {unknown} */
            taxpayer: "general" | "small_scale";
            version: number;
        };
        /** Price */
        Price: {
            price: string;
            store: string;
        };
        /**
         * ProblemRow
         * @description A document that cannot be posted yet, and the fact it follows from.
         */
        ProblemRow: {
            business_date: string;
            key: string;
            log: string;
            node: string;
            part: number;
            seq: number;
            text: string;
        };
        /** Problems */
        Problems: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["ProblemRow"][];
        };
        /** Product */
        Product: {
            barcodes: components["schemas"]["Barcode"][];
            base_unit: string;
            category: string;
            decimals: number;
            max_cover_days: number;
            min_cover_days: number;
            min_remaining_days: number;
            name: string;
            negative: string;
            price: string | null;
            prices: components["schemas"]["Price"][];
            shelf_life_days: number | null;
            sku: string;
            storage: string;
            supplier: string;
            unit_cost?: string;
        };
        /**
         * Progress
         * @description How many facts the books have not passed yet; they follow within a second or two.
         */
        Progress: {
            unposted: number;
        };
        /**
         * ProofTold
         * @description `current`: nothing was posted since.
         */
        ProofTold: {
            at: string;
            current: boolean;
            findings: components["schemas"]["FindingTold"][];
            holds: boolean;
            problems: number;
            unposted: number;
        };
        /** Provisional */
        Provisional: {
            rows: components["schemas"]["ProvisionalGoods"][];
        };
        /**
         * ProvisionalGoods
         * @description `facts`: how many held facts of this store speak of these goods.
         */
        ProvisionalGoods: {
            facts: number;
            name: string;
            sku: string;
            store: string;
        };
        /** RecallCredit */
        RecallCredit: {
            customer: string;
            store: string;
        };
        /** Receive */
        Receive: {
            lines: components["schemas"]["ArrivingLine"][];
            /** @default  */
            note?: string;
            /** @default  */
            order?: string;
            /** @default  */
            supplier?: string;
        };
        /** RecordCustomerPayment */
        RecordCustomerPayment: {
            amount: string;
            customer: string;
            /** Format: date */
            dated: string;
            /**
             * @default bank
             * @enum {unknown}
             */
            method?: "alipay" | "bank" | "card" | "cash" | "other" | "wechat";
            /** @default  */
            note?: string;
            /** @default  */
            store?: string;
        };
        /**
         * RecordExpense
         * @description `account` and `credit` are codes of the chart in force; a rate needs no date here, the invoice has one.
         */
        RecordExpense: {
            /** @default  */
            account?: string;
            /** @default  */
            credit?: string;
            /** Format: date */
            dated: string;
            /** @default true */
            deductible?: boolean;
            /**
             * @default bank
             * @enum {unknown}
             */
            method?: "alipay" | "bank" | "card" | "cash" | "other" | "wechat";
            net: string;
            /** @default  */
            note?: string;
            /** @default  */
            payee?: string;
            /** @default 0 */
            rate?: string;
            /** @default  */
            store?: string;
        };
        /**
         * RecordInvoice
         * @description `deductible` left out: what the supplier's terms say.
         */
        RecordInvoice: {
            /** Format: date */
            dated: string;
            /** @default null */
            deductible?: boolean | null;
            lines: components["schemas"]["InvoiceLine"][];
            /** @default  */
            note?: string;
            number: string;
            supplier: string;
        };
        /** RecordOpening */
        RecordOpening: {
            lines: components["schemas"]["ArrivingLine"][];
        };
        /** RedeemPackage */
        RedeemPackage: {
            /** @default  */
            note?: string;
            package: string;
            /** @default [] */
            used?: components["schemas"]["Line"][];
            /** @default 1 */
            visits?: number;
        };
        /**
         * RegisterDevice
         * @description The whole record, also for a change. With `bridge` and `port` the node hands it to that bridge.
         */
        RegisterDevice: {
            /** @default  */
            bridge?: string;
            /** @default null */
            cal_due?: string | null;
            /** @default  */
            certificate?: string;
            device: string;
            /** @enum {unknown} */
            device_kind: "other" | "scale" | "scanner" | "sensor";
            /** @default null */
            e?: string | null;
            /** @default null */
            high?: string | null;
            /** @default null */
            low?: string | null;
            /** @default  */
            make?: string;
            /** @default null */
            max?: string | null;
            /** @default null */
            min?: string | null;
            /** @default  */
            model?: string;
            name: string;
            /** @default  */
            place?: string;
            /** @default  */
            port?: string;
            /** @default  */
            protocol?: string;
            /** @default  */
            quantity?: string;
            /** @default  */
            serial?: string;
            /** @default  */
            template?: string;
            /** @default  */
            unit?: string;
            /**
             * @default
             * @enum {unknown}
             */
            verification_class?: "" | "I" | "II" | "III" | "IIII";
        };
        /** Release */
        Release: {
            lines: components["schemas"]["ReleaseLine"][];
            /** @default [] */
            photos?: string[];
            reason: string;
        };
        /**
         * ReleaseCustomerOrder
         * @description `overrule` goes beyond the limit and needs a reason.
         */
        ReleaseCustomerOrder: {
            order: string;
            /** @default false */
            overrule?: boolean;
            /** @default  */
            reason?: string;
        };
        /** ReleaseFacts */
        ReleaseFacts: {
            facts: components["schemas"]["FactName"][];
            /** @default  */
            note?: string;
            store: string;
        };
        /** ReleaseLine */
        ReleaseLine: {
            lot: string;
            qty: string;
            sku: string;
            /** @enum {unknown} */
            to: "store" | "waste";
        };
        /** RenderService */
        RenderService: {
            /** @default  */
            customer?: string;
            lines: components["schemas"]["ServiceLine"][];
            /** @default  */
            note?: string;
            /** @default [] */
            tenders?: components["schemas"]["TenderGiven"][];
        };
        /**
         * ReopenPeriod
         * @description By another person than the one who asked.
         */
        ReopenPeriod: {
            period: string;
        };
        /** ReportCondition */
        ReportCondition: {
            /** @enum {unknown} */
            condition: "battery_flat" | "calibration_overdue";
            place: string;
            present: boolean;
            sensor: string;
            since_ms: number;
        };
        /** ReportHeard */
        ReportHeard: {
            heard_ms: number;
            place: string;
            sensor: string;
        };
        /** ReportSilence */
        ReportSilence: {
            last_heard_ms: number;
            place: string;
            sensor: string;
        };
        /**
         * Result
         * @description `log` (hex), `seq`, `count` name the facts that an accepted op became.
         */
        Result: {
            /** @default null */
            count?: number | null;
            /** @default null */
            error?: components["schemas"]["shared.ledger.ops.Told"] | null;
            /** @default null */
            log?: string | null;
            op_id: string;
            /** @default null */
            seq?: number | null;
            /** @enum {unknown} */
            state: "accepted" | "rejected";
            /** @default [] */
            warnings?: components["schemas"]["shared.ledger.ops.Told"][];
        };
        /** Results */
        Results: {
            durable: components["schemas"]["Durable"];
            results: components["schemas"]["Result"][];
            server_time: string;
        };
        /** ResumeAutomation */
        ResumeAutomation: {
            reason: string;
        };
        /** RetireDevice */
        RetireDevice: {
            device: string;
            /** @default  */
            reason?: string;
        };
        /**
         * ReverseVoucher
         * @description `log`, `seq`, `part`, `number`: the voucher's name. Head office fills in what it finds under it.
         */
        ReverseVoucher: {
            /** Format: date */
            dated: string;
            /** @default null */
            found_day?: string | null;
            /** @default  */
            found_kind?: string;
            /** @default [] */
            found_lines?: components["schemas"]["VoucherLine"][];
            /** @default null */
            found_payment?: components["schemas"]["PaymentTakenBack"] | null;
            log: string;
            /** @default 0 */
            number?: number;
            /** @default 0 */
            part?: number;
            reason: string;
            seq: number;
        };
        /**
         * RevisedQty
         * @description `reason` must be given; with `other` a note must say what.
         */
        RevisedQty: {
            /** @default  */
            note?: string;
            qty: string;
            /** @enum {unknown} */
            reason: "event" | "experience" | "other" | "promotion" | "stock_wrong" | "supplier" | "weather";
            sku: string;
        };
        /**
         * ReviseOrder
         * @description The lines that change, with their new quantities; 0 takes one off. `revision` is the one that was looked at, so
         *         that two people do not overwrite each other. `due` left out: it stays.
         */
        ReviseOrder: {
            /** @default null */
            due?: string | null;
            /** @default [] */
            lines?: components["schemas"]["OrderLine"][];
            order: string;
            reason: string;
            revision: number;
        };
        /** ReviseSuggestion */
        ReviseSuggestion: {
            lines: components["schemas"]["RevisedQty"][];
            suggestion: string;
        };
        /** Revoke */
        Revoke: {
            store: string;
        };
        /**
         * RevokeAccount
         * @description The broker ends its connection at once and lets it in no more; what it has sent stays.
         */
        RevokeAccount: {
            account: string;
            /** @default  */
            reason?: string;
        };
        /** Revoked */
        Revoked: {
            state: string;
            store: string;
        };
        /** RollUpReadings */
        RollUpReadings: {
            /** @default [] */
            outside?: components["schemas"]["SecondsOutside"][];
            place: string;
            quantity: string;
            sensor: string;
            unit: string;
            windows: components["schemas"]["Window"][];
        };
        /**
         * RunAgain
         * @description The period to make anew; its next revision is sent within a minute or two.
         */
        RunAgain: {
            /** Format: date */
            from: string;
            /** Format: date */
            to: string;
        };
        /**
         * RunRow
         * @description `behind`: stores that were not complete when it was made; `why`: what the other side said.
         */
        RunRow: {
            behind: number;
            due_at: string;
            from: string;
            next_at: string | null;
            revision: number;
            sent_at: string | null;
            /** @enum {unknown} */
            state: "failed" | "refused" | "retry" | "sending" | "sent" | "uncertain" | "waiting";
            to: string;
            tries: number;
            why: string;
        };
        /**
         * SafeLog
         * @description `stable`: up to here a proved copy holds it. `state` is open, late or sealed; `alarm` empty, fork or twin.
         */
        SafeLog: {
            alarm: string;
            epoch: number;
            first_at: string;
            last_at: string;
            log: string;
            parent: string;
            parent_seq: number;
            seq: number;
            stable: number;
            state: string;
        };
        /**
         * SafeNode
         * @description `standing` is enrolled, revoked, or empty for a store without a node. `suspect` counts among the newest facts
         *         those whose clock could not be believed; `behind` counts the changes of master data it has not fetched;
         *         `troubles` are keys of what the box said of its disk and day-book when it last spoke.
         */
        SafeNode: {
            behind: number;
            logs: components["schemas"]["SafeLog"][];
            name: string;
            oldest_unstable_at: string | null;
            photos_pending: number;
            standing: string;
            store: string;
            suspect: number;
            troubles: string[];
            unstable: number;
            version: string;
        };
        /**
         * Safety
         * @description `copied_at`: when the newest proved copy was made.
         */
        Safety: {
            copied_at: string | null;
            copies: number;
            nodes: components["schemas"]["SafeNode"][];
        };
        /** Sales */
        Sales: {
            /** @enum {unknown} */
            by: "category" | "day" | "sku" | "store" | "store_day";
            from: string;
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["SalesRow"][];
            to: string;
            total: components["schemas"]["Figures"];
        };
        /** SalesRow */
        SalesRow: {
            amount: string;
            count: number;
            /** @default null */
            date?: string | null;
            discount: string;
            facts: string;
            key: string;
            label: string | components["schemas"]["Named"];
            qty: string;
            returned: string;
            /** @default null */
            store?: string | null;
        };
        /**
         * Scanned
         * @description A code that was scanned for a line, or typed.
         */
        Scanned: {
            code: string;
            sku: string;
            sku_name: string;
            typed: boolean;
        };
        /** Scanner */
        Scanner: {
            aim: string;
            gs_as: string;
            name: string;
            scanner: string;
            store: string;
        };
        /**
         * SealDay
         * @description The node's own word, given some time after the day's cut-off.
         */
        SealDay: {
            /** Format: date */
            through: string;
        };
        /**
         * SecondsOutside
         * @description For how long a window was above its upper and below its lower limit.
         */
        SecondsOutside: [
            number,
            number
        ];
        /**
         * SeenBy
         * @description Who recorded the fact, when and on which device.
         */
        SeenBy: {
            actor?: string;
            at: string;
            device: string;
            fact_kind: string;
        };
        /** Sell */
        Sell: {
            /** @default  */
            customer?: string;
            /** @default  */
            customer_order?: string;
            lines: components["schemas"]["SellLine"][];
            /** @default  */
            note?: string;
            /** @default  */
            reference?: string;
            /** @default [] */
            tenders?: components["schemas"]["TenderGiven"][];
        };
        /**
         * SellLine
         * @description `amount` is what the line costs the customer; left out, it is quantity times list price less `discount`.
         *
         *         It differs from the list only for a scale label (`code` shows it) or by somebody allowed to change prices.
         */
        SellLine: {
            /** @default null */
            amount?: string | null;
            /** @default  */
            code?: string;
            /** @default 0 */
            discount?: string;
            /** @default null */
            lot?: string | null;
            /** @default  */
            place?: string;
            qty: string;
            sku: string;
            /** @default false */
            typed?: boolean;
            /** @default  */
            unit?: string;
            /** @default null */
            unit_price?: string | null;
            /** @default null */
            weighed?: components["schemas"]["Weighed"] | null;
        };
        /**
         * SellPackage
         * @description `package` is the card's number; left out, the command's id names it. `kept` left out: all stay here.
         */
        SellPackage: {
            amount: string;
            /** @default  */
            customer?: string;
            /** @default null */
            expires?: string | null;
            /** @default null */
            kept?: number | null;
            /** @default  */
            package?: string;
            sku: string;
            tenders: components["schemas"]["TenderGiven"][];
            visits: number;
        };
        /**
         * SendBack
         * @description A line without a lot takes what is left of the receipt's lots, held goods first.
         */
        SendBack: {
            lines: components["schemas"]["Line"][];
            reason: string;
            receipt: string;
            /** @default  */
            supplier?: string;
        };
        /** Sensor */
        Sensor: {
            battery_min: number;
            cal_due: string;
            clear_after_s: number;
            defrost_at: string[];
            defrost_minutes: number;
            door: string;
            door_after_s: number;
            door_open_s: number;
            escalate_after_s: number;
            high: string | null;
            hysteresis: string;
            low: string | null;
            masked_up_to: string | null;
            offline_after_s: number;
            place: string;
            quantity: string;
            raise_after_s: number;
            sensor: string;
            store: string;
        };
        /** SensorRow */
        SensorRow: {
            at: string | null;
            excursion: string | null;
            facts: string;
            high: string | null;
            low: string | null;
            place: string;
            place_name: string;
            quantity: string;
            sensor: string;
            series: components["schemas"]["Point"][];
            /** @enum {unknown} */
            state: "excursion" | "ok" | "silent" | "unknown" | "warning";
            store: string;
            store_name: string;
            unit: string;
            value: string | null;
        };
        /**
         * ServiceLine
         * @description `amount` left out: quantity times list price less `discount`, as at the till.
         */
        ServiceLine: {
            /** @default null */
            amount?: string | null;
            /** @default 0 */
            discount?: string;
            qty: string;
            sku: string;
            /** @default null */
            unit_price?: string | null;
            /** @default [] */
            used?: components["schemas"]["Line"][];
        };
        /**
         * SetAside
         * @description One fact in words and in full, with why it does not count and what somebody decided about it.
         *
         *         `about` names the thing whose later facts wait behind it, empty for none. `state` is held, released or voided;
         *         `allowed` says that somebody let a held one through and it still cannot be read. `goods` are those whose figures
         *         are provisional because of it.
         */
        SetAside: {
            about: string;
            actor?: string;
            allowed: boolean;
            at: string;
            body: unknown;
            business_date: string;
            decided_at: string;
            decided_by?: string;
            device: string;
            facts: string;
            goods: components["schemas"]["Goods"][];
            kind: string;
            log: string;
            node: string;
            note: string;
            noted_at: string;
            op_id: string;
            reason: string;
            seq: number;
            state: string;
            store: string;
            text: components["schemas"]["Named"];
            tries: number;
            why?: string;
        };
        /**
         * SetAsidePage
         * @description `counts`: how many are held in the asker's stores, by reason, whatever was asked for.
         */
        SetAsidePage: {
            counts: {
                [key: string]: number;
            };
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["SetAside"][];
        };
        /**
         * SetContractPrice
         * @description Prices without VAT by quantity ordered; `tolerance` is a fraction, 2 % is "0.02" (R12).
         */
        SetContractPrice: {
            /**
             * @default refuse
             * @enum {unknown}
             */
            at_receipt?: "flag" | "refuse";
            /** @default null */
            since?: string | null;
            sku: string;
            supplier: string;
            tiers: components["schemas"]["Tier"][];
            /** @default 0 */
            tolerance?: string;
            /** @default null */
            until?: string | null;
        };
        /** SetCostingMethod */
        SetCostingMethod: {
            category: string;
            /** @enum {unknown} */
            method: "fifo" | "moving_average";
            /** @default null */
            since?: string | null;
        };
        /** SetEnvelope */
        SetEnvelope: {
            day_amount: string;
            delay_minutes: number;
            deviation_bp: number;
            dry_run: boolean;
            /** @default 2 */
            models_days?: number;
            price_band_bp: number;
            skus: string[];
            /** @enum {unknown} */
            stage: "automatic" | "one_click" | "suggest";
            suppliers: string[];
        };
        /** SetItemKind */
        SetItemKind: {
            /** @enum {unknown} */
            item_kind: "consumable" | "finished" | "merchandise" | "raw" | "service";
            /** @default null */
            since?: string | null;
            sku: string;
        };
        /** SetLabelTemplate */
        SetLabelTemplate: {
            prefixes: string[];
            /** @default 2 */
            price_decimals?: number;
            /** @default  */
            store?: string;
            template: string;
            /** @default 3 */
            weight_decimals?: number;
        };
        /** SetLimit */
        SetLimit: {
            customer: string;
            limit: string;
            /** @default 0 */
            terms_days?: number;
        };
        /**
         * SetOwnDay
         * @description Whoever told a wrong day sends it again with `holds` False.
         */
        SetOwnDay: {
            /** Format: date */
            day: string;
            /** @default true */
            holds?: boolean;
            /** @default  */
            name?: string;
            /** @default  */
            store?: string;
            /** @enum {unknown} */
            what: "closed" | "event" | "no_school" | "off" | "payday" | "school" | "work";
        };
        /**
         * SetPolicy
         * @description Rates are fractions: 7 % is "0.07". `since` may not be left out.
         */
        SetPolicy: {
            /**
             * @default small_business
             * @enum {unknown}
             */
            chart?: "enterprise" | "small_business";
            /** @default 0.03 */
            education?: string;
            /** @default 0.02 */
            local_education?: string;
            /** @default null */
            since?: string | null;
            /** @default 1 */
            surtax_factor?: string;
            /** @enum {unknown} */
            taxpayer: "general" | "small_scale";
            /** @default 0.07 */
            urban_construction?: string;
        };
        /** SetPrice */
        SetPrice: {
            price: string;
            sku: string;
            /** @default  */
            store?: string;
        };
        /**
         * SetScanner
         * @description How to read what a scanner sends; `scanner` is the bridge's name for it, or any name for one that types.
         */
        SetScanner: {
            /**
             * @default on
             * @enum {unknown}
             */
            aim?: "off" | "on";
            /** @default  */
            gs_as?: string;
            /** @default  */
            name?: string;
            scanner: string;
            store: string;
        };
        /**
         * SetSupplierContact
         * @description `email` left out: what is known stays, because not everybody who edits a supplier may see it.
         */
        SetSupplierContact: {
            /** @default  */
            channel?: string;
            /**
             * @default link
             * @enum {unknown}
             */
            delivery?: "email" | "folder" | "link";
            /** @default null */
            email?: string | null;
            /**
             * @default zh-CN
             * @enum {unknown}
             */
            language?: "en" | "zh-CN";
            supplier: string;
        };
        /** SetSupplierTerms */
        SetSupplierTerms: {
            /** @default true */
            deductible?: boolean;
            supplier: string;
            /** @default 0 */
            terms_days?: number;
        };
        /**
         * Settle
         * @description `seal` takes nothing more into the log; `keep` lets it go on. Either way the alarm is off.
         */
        Settle: {
            /** @enum {unknown} */
            choice: "keep" | "seal";
            log: string;
            store: string;
        };
        /** SettledLog */
        SettledLog: {
            log: string;
            state: string;
        };
        /**
         * SettleInvoice
         * @description What becomes of a held invoice: `match` looks again (the receipt may have come), the others need a reason.
         */
        SettleInvoice: {
            /** @enum {unknown} */
            decision: "approve" | "match" | "reject";
            invoice: string;
            /** @default  */
            reason?: string;
        };
        /**
         * SettlePlatform
         * @description `commission` with its tax, as the platform's statement has it.
         */
        SettlePlatform: {
            /** @default 0 */
            commission?: string;
            /** Format: date */
            dated: string;
            /** @default true */
            deductible?: boolean;
            gross: string;
            /** @default  */
            note?: string;
            platform: string;
            /** @default 0 */
            rate?: string;
            /** @default  */
            store?: string;
        };
        /** SettleWallet */
        SettleWallet: {
            /** Format: date */
            dated: string;
            /** @default 0 */
            fee?: string;
            gross: string;
            /** @default  */
            note?: string;
            /** @default  */
            store?: string;
            /** @enum {unknown} */
            wallet: "alipay" | "bank" | "card" | "cash" | "other" | "wechat";
        };
        /**
         * SetVatRate
         * @description Of one SKU or of a category; `rate` is a fraction, 13 % is "0.13".
         */
        SetVatRate: {
            /** @default  */
            category?: string;
            rate: string;
            /** @default null */
            since?: string | null;
            /** @default  */
            sku?: string;
        };
        /**
         * Told
         * @description A text for people with the key and the values it was made of.
         */
        "shared.ledger.ops.Told": {
            key: string;
            /** @default  */
            text?: string;
            /** @default {} */
            values?: {
                [key: string]: string | number | null;
            };
        };
        /** ShownColumn */
        ShownColumn: {
            key: string;
            /** @enum {unknown} */
            kind: "count" | "date" | "money" | "percent" | "qty" | "text";
            title: string;
        };
        /** ShownFigure */
        ShownFigure: {
            /** @default null */
            change?: string | null;
            key: string;
            /** @enum {unknown} */
            kind: "count" | "date" | "money" | "percent" | "qty" | "text";
            title: string;
            value: string | null;
        };
        /**
         * ShownReport
         * @description `behind` are the stores whose facts are not all here, of `store_count`.
         */
        ShownReport: {
            as_of: string;
            asks: string;
            behind: components["schemas"]["ShownStore"][];
            figures: components["schemas"]["ShownFigure"][];
            from: string;
            key: string;
            notes: string[];
            sections: components["schemas"]["ShownSection"][];
            store_count: number;
            title: string;
            to: string;
        };
        /** ShownRow */
        ShownRow: {
            cells: (string | null)[];
            /** @default  */
            facts?: string;
            /**
             * @default
             * @enum {unknown}
             */
            mark?: "" | "block" | "warn";
        };
        /**
         * ShownSection
         * @description `count`: rows in all, of which `rows` are the first.
         */
        ShownSection: {
            /** @default null */
            chart?: components["schemas"]["Chart"] | null;
            columns: components["schemas"]["ShownColumn"][];
            count: number;
            key: string;
            rows: components["schemas"]["ShownRow"][];
            title: string;
            /** @default null */
            total?: components["schemas"]["ShownRow"] | null;
        };
        /** ShownStore */
        ShownStore: {
            name: string;
            store: string;
            up_to: string | null;
        };
        /** SignIn */
        SignIn: {
            password: string;
            user: string;
        };
        /**
         * StartProduction
         * @description `order` may be left out; the command's id names it then.
         */
        StartProduction: {
            /** @default  */
            note?: string;
            /** @default  */
            order?: string;
            qty: string;
            sku: string;
            /** @default  */
            unit?: string;
        };
        /**
         * Step
         * @description `against` empty: the step is done.
         */
        Step: {
            against: components["schemas"]["Against"][];
            step: string;
        };
        /**
         * StockRow
         * @description `on_hand` counts held goods too, because they lie there; `held` is the part that may not be sold.
         */
        StockRow: {
            /** @default null */
            expiry?: string | null;
            facts: string;
            held: string;
            in_transit: string;
            /** @default null */
            lot?: string | null;
            /** @default null */
            name?: string | null;
            on_hand: string;
            /** @default null */
            sku?: string | null;
            /** @default null */
            skus?: number | null;
            store: string;
            store_name: string;
            /** @default null */
            unit?: string | null;
        };
        /** StockTotal */
        StockTotal: {
            held: string;
            on_hand: string;
            rows: number;
        };
        /**
         * StopAutomation
         * @description The kill switch: whoever may order may pull it.
         */
        StopAutomation: {
            reason: string;
        };
        /** Store */
        Store: {
            cutoff_minutes: number;
            name: string;
            store: string;
            timezone: string;
        };
        /** SubscriptionRow */
        SubscriptionRow: {
            channel: string;
            paused: boolean;
            runs: components["schemas"]["RunRow"][];
            subscription: string;
            told: components["schemas"]["cloud.reports.subscriptions.Told"];
            user: string;
        };
        /** Subscriptions */
        Subscriptions: {
            subscriptions: components["schemas"]["SubscriptionRow"][];
        };
        /**
         * SuggestedRow
         * @description `suggested` is what was worked out, `qty` what stands there now; they differ where a person changed it, with
         *         `reason` and `note`. `facts` lists the scans that the forecast was made from.
         */
        SuggestedRow: {
            /** @default false */
            automatic?: boolean;
            facts: string;
            /** @default [] */
            from_stores?: components["schemas"]["Gift"][];
            name: string;
            /** @default  */
            note?: string;
            /** @default [] */
            objections?: string[];
            /** @default  */
            order?: string;
            qty: string;
            /** @default  */
            reason?: string;
            sku: string;
            /** @default  */
            state?: string;
            store: string;
            store_name: string;
            suggested: string;
            /** @default  */
            suggestion?: string;
            supplier: string;
            supplier_name: string;
            /** @default null */
            terms?: components["schemas"]["LineTerms"] | null;
            unit: string;
            unit_cost?: string;
            value?: string;
            /** @enum {unknown} */
            why: "budget" | "covered" | "given" | "minimum_value" | "needed" | "no_demand" | "no_supplier" | "not_kept" | "pack" | "storage" | "substituted" | "waste";
        };
        /**
         * SuggestionPage
         * @description The newest night; without `day` there was none yet. `forecaster` is learned or simple, `ordered` counts lines
         *         above zero and `degraded` series whose past is not as it should be.
         */
        SuggestionPage: {
            /** @default null */
            day?: string | null;
            /** @default 0 */
            degraded?: number;
            /** @default  */
            forecaster?: string;
            /** @default 0 */
            found?: number;
            /** @default 0 */
            lines?: number;
            /** @default  */
            made_at?: string;
            /** @default null */
            next?: string | null;
            /** @default 0 */
            ordered?: number;
            rows: components["schemas"]["SuggestedRow"][];
        };
        /**
         * Supplier
         * @description `terms_days`: how long after its date an invoice is due; `deductible`: whether their input VAT is reclaimed.
         *         `delivery` is how orders reach them, empty where nobody has said it.
         */
        Supplier: {
            channel: string;
            deductible: boolean;
            delivery: string;
            email?: string;
            language: string;
            lead_days: number;
            name: string;
            phone?: string;
            supplier: string;
            terms_days: number;
        };
        /**
         * TakeBack
         * @description A customer's return; `sale` links it to the receipt, so that nobody is refunded more than was paid.
         */
        TakeBack: {
            lines: components["schemas"]["TakeBackLine"][];
            /** @default  */
            reason?: string;
            /** @default  */
            reference?: string;
            /** @default  */
            sale?: string;
            /** @default [] */
            tenders?: components["schemas"]["TenderGiven"][];
        };
        /** TakeBackLine */
        TakeBackLine: {
            /** @default null */
            amount?: string | null;
            /**
             * @default hold
             * @enum {unknown}
             */
            disposition?: "hold" | "restock" | "waste";
            /** @default null */
            lot?: string | null;
            /** @default  */
            place?: string;
            qty: string;
            sku: string;
            /** @default false */
            typed?: boolean;
            /** @default  */
            unit?: string;
            /** @default null */
            weighed?: components["schemas"]["Weighed"] | null;
        };
        /**
         * TakenBack
         * @description By which reversal (what its voucher goes by), on which day, and why.
         */
        TakenBack: {
            dated: string;
            reason: string;
            reversal: string;
        };
        /** Template */
        Template: {
            prefixes: string[];
            price_decimals: number;
            store: string;
            template: string;
            weight_decimals: number;
        };
        /** TenderGiven */
        TenderGiven: {
            amount: string;
            /** @enum {unknown} */
            kind: "alipay" | "bank" | "card" | "cash" | "credit" | "other" | "platform" | "wechat";
            /** @default  */
            platform?: string;
        };
        /** Tier */
        Tier: {
            /** @default 0 */
            min_qty?: string;
            unit_price?: string;
        };
        /** TransferIn */
        TransferIn: {
            from_store: string;
            lines: components["schemas"]["ArrivingLine"][];
            transfer: string;
        };
        /**
         * TransferOut
         * @description `transfer` may be left out; the command's id names it then.
         */
        TransferOut: {
            lines: components["schemas"]["Line"][];
            /** @default  */
            note?: string;
            to_store: string;
            /** @default null */
            transfer?: string | null;
        };
        /**
         * Unrated
         * @description A SKU the books have met and that has no VAT rate, neither its own nor its category's.
         */
        Unrated: {
            name: string;
            sku: string;
        };
        /**
         * UserRow
         * @description An account as the office sees it; the password's hash never leaves this way.
         */
        UserRow: {
            language: string;
            name?: string;
            revoked: boolean;
            /** @enum {unknown} */
            role: "accountant" | "clerk" | "head_office" | "inspector" | "owner" | "store_manager";
            stores: string[];
            user: string;
        };
        /** Users */
        Users: {
            items: components["schemas"]["UserRow"][];
        };
        /** VoidFacts */
        VoidFacts: {
            facts: components["schemas"]["FactName"][];
            /** @default  */
            note?: string;
            store: string;
        };
        /** VoucherEntry */
        VoucherEntry: {
            account: string;
            account_name: components["schemas"]["AccountName"];
            credit: string;
            debit: string;
            lot: string;
            memo: string;
            partner: string;
            partner_name: string;
            sku: string;
            sku_name: string;
            store: string;
        };
        /**
         * VoucherLine
         * @description Debit or credit of one account; the other is zero.
         */
        VoucherLine: {
            account: string;
            /** @default 0 */
            credit?: number;
            /** @default 0 */
            debit?: number;
            /** @default  */
            note?: string;
            /** @default  */
            partner?: string;
            /** @default  */
            store?: string;
        };
        /** VoucherPage */
        VoucherPage: {
            /** @default null */
            next?: string | null;
            rows: components["schemas"]["VoucherRow"][];
        };
        /**
         * VoucherRow
         * @description A voucher in a list. `number` above 0: a difference that a later arrival made to it.
         */
        VoucherRow: {
            amount: string;
            business_date: string;
            kind: string;
            log: string;
            node: string;
            number: number;
            part: number;
            posting_date: string;
            reference: string;
            seq: number;
        };
        /**
         * VoucherTold
         * @description `reversible`: it may still be taken back whole. `reverses` is the voucher that this one takes back.
         *
         *         `exported` names the programs that have it.
         *
         *         `others` are the vouchers of the same fact, `related` those of documents that cite it or that it cites;
         *         `cause` is the late arrival a difference follows from.
         */
        VoucherTold: {
            amount: string;
            business_date: string;
            cause: components["schemas"]["VoucherRow"] | null;
            exported: components["schemas"]["ExportMark"][];
            inspections: components["schemas"]["Inspected"][];
            kind: string;
            lines: components["schemas"]["VoucherEntry"][];
            log: string;
            memo: string;
            node: string;
            number: number;
            others: components["schemas"]["VoucherRow"][];
            part: number;
            policy: components["schemas"]["PolicyTold"];
            posting_date: string;
            recorded: components["schemas"]["SeenBy"];
            reference: string;
            related: components["schemas"]["VoucherRow"][];
            reverses: components["schemas"]["VoucherRow"] | null;
            reversible: boolean;
            rule: number;
            scans: components["schemas"]["Scanned"][];
            seq: number;
            taken_back: components["schemas"]["TakenBack"] | null;
        };
        /**
         * Waiting
         * @description `what` is uninvoiced, invoice_held, invoice_unpaid, difference, problem, unposted or set_aside;
         *         `amount` where it is money.
         */
        Waiting: {
            /** @default null */
            amount?: string | null;
            count: number;
            what: string;
        };
        /** Waste */
        Waste: {
            lines: components["schemas"]["Line"][];
            /** @default  */
            note?: string;
            /** @enum {unknown} */
            reason: "damaged" | "expired" | "mismanaged" | "other" | "sample" | "stolen";
        };
        /**
         * Weighed
         * @description A captured weight. `reading` names it in the store's node (bridge/epoch/seq), `raw` is its frame in hex.
         */
        Weighed: {
            /** @default  */
            cal_id?: string;
            device: string;
            raw: string;
            reading: string;
            unit: string;
            value: string;
        };
        /**
         * Window
         * @description One roll-up window.
         */
        Window: [
            number,
            number,
            number,
            number,
            number,
            number,
            number
        ];
        /**
         * WriteAboutOrder
         * @description A supplier's question or head office's reply.
         */
        WriteAboutOrder: {
            order: string;
            text: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    SyncV1BackfillReadBackfill: {
        parameters: {
            query: {
                from: number;
                log: string;
                to: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    SyncV1BlobsShaLookForBlob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sha: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": null;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    SyncV1BlobsShaIndexPutBlobChunk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                index: number;
                sha: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    SyncV1BlobsShaCompleteCompleteBlob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sha: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    SyncV1FeedReadFeed: {
        parameters: {
            query: {
                gen: number;
                limit?: number;
                pos: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    SyncV1HelloSayHello: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
        };
    };
    SyncV1MendMendFacts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    SyncV1PushPushFrame: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
        };
    };
    SyncV1SnapshotTakeSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
        };
    };
    V1BooksBooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BooksNow"];
                };
            };
        };
    };
    V1BooksAccountsAccounts: {
        parameters: {
            query?: {
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accounts"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksAccountsAccountLines: {
        parameters: {
            query?: {
                after?: string;
                from?: string | null;
                limit?: number;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path: {
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ledger"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksBeancountBeancountFile: {
        parameters: {
            query: {
                from: string;
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksChartChart: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChartTold"];
                };
            };
        };
    };
    V1BooksDifferencesDifferences: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Differences"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksExportsListExports: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksExportsMakeExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewExport"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportRow"];
                };
            };
        };
    };
    V1BooksExportsBatchExportFile: {
        parameters: {
            query: {
                form: string;
            };
            header?: never;
            path: {
                batch: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksExportsBatchVouchersBatchVouchers: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path: {
                batch: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandedPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksExportsStandingExportStanding: {
        parameters: {
            query?: {
                form?: string;
                from?: string | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportStanding"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksMoneyMoney: {
        parameters: {
            query?: {
                after?: string;
                from?: string | null;
                kind?: string;
                limit?: number;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MoneyPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksPeriodsPeriods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Periods"];
                };
            };
        };
    };
    V1BooksPeriodsOnePeriod: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                period: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeriodTold"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksProblemsProblems: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problems"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksProgressProgress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Progress"];
                };
            };
        };
    };
    V1BooksProofProof: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProofTold"];
                };
            };
        };
    };
    V1BooksTermsTerms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookTerms"];
                };
            };
        };
    };
    V1BooksVouchersVoucherList: {
        parameters: {
            query?: {
                after?: string;
                from?: string | null;
                kind?: string;
                limit?: number;
                reference?: string;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VoucherPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BooksVouchersLogSeqPartNumberOneVoucher: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                log: string;
                number: number;
                part: number;
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VoucherTold"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1BootstrapBootstrap: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FirstOwner"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    V1DevicesRevokeRevokeDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceNamed"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceRow"];
                };
            };
        };
    };
    V1DevicesTrustTrustDevice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceNamed"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceRow"];
                };
            };
        };
    };
    V1FactsFacts: {
        parameters: {
            query?: {
                after?: string | null;
                category?: string | null;
                date?: string | null;
                from?: string | null;
                kind?: string | null;
                limit?: number;
                log?: string | null;
                lot?: string | null;
                node?: string[] | null;
                sku?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1FactsLogSeqOneFact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                log: string;
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OneFact"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterCategoriesCategories: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_Category_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterContractsContracts: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_Contract_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterCustomersCustomers: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_Customer_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterDaysDays: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_OwnDay_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterDevicesListDevices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceList"];
                };
            };
        };
    };
    V1MasterNodesListNodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledNodes"];
                };
            };
        };
    };
    V1MasterOrdersOrders: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_Order_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterPlacesPlaces: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_Place_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterProductsProducts: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_Product_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterScannersScanners: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_Scanner_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterSensorsSensors: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_Sensor_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterStoresStores: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_Store_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterSuppliersSuppliers: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_Supplier_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterTemplatesTemplates: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number;
                q?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MasterPage_Template_"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1MasterUsersListUsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Users"];
                };
            };
        };
    };
    V1MeMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    V1NodesEnrolEnrol: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Enrol"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Admitted"];
                };
            };
        };
    };
    V1NodesEnrolmentCodesMakeCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeFor"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewCode"];
                };
            };
        };
    };
    V1NodesLogsSettleSettle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Settle"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettledLog"];
                };
            };
        };
    };
    V1NodesRevokeRevoke: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Revoke"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revoked"];
                };
            };
        };
    };
    V1OpsSubmit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Ops"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Results"];
                };
            };
        };
    };
    V1OpsStatesStates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpStates"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HowFar"];
                };
            };
        };
    };
    V1PhotosShaPhoto: {
        parameters: {
            query?: {
                thumb?: number;
            };
            header?: never;
            path: {
                sha: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1PurchasesInvoicesInvoices: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
                number?: string;
                state?: "held" | "unpaid" | "accepted" | "rejected" | "";
                supplier?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvoicePage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1PurchasesLandedCostsLandedCosts: {
        parameters: {
            query?: {
                after?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LandedPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1PurchasesReceiptsReceipts: {
        parameters: {
            query?: {
                after?: string;
                every?: boolean;
                limit?: number;
                store?: string;
                supplier?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenReceipts"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1QuarantineQuarantine: {
        parameters: {
            query?: {
                actor?: string | null;
                after?: string | null;
                limit?: number;
                reason?: string | null;
                state?: "held" | "released" | "voided";
                store?: string[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetAsidePage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1QuarantineEvidenceEvidence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidencePage"];
                };
            };
        };
    };
    V1QuarantineProvisionalProvisional: {
        parameters: {
            query?: {
                store?: string[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provisional"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReplenishmentAutomationAutomation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AutomationTold"];
                };
            };
        };
    };
    V1ReplenishmentSuggestionsSuggestions: {
        parameters: {
            query?: {
                after?: string | null;
                limit?: number | null;
                q?: string;
                store?: string[] | null;
                supplier?: string;
                why?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuggestionPage"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportChannelsListChannels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channels"];
                };
            };
        };
    };
    V1ReportChannelsKeepChannel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewChannel"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelRow"];
                };
            };
        };
    };
    V1ReportChannelsRemoveChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channels"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportSubscriptionsListSubscriptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscriptions"];
                };
            };
        };
    };
    V1ReportSubscriptionsKeepSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSubscription"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionRow"];
                };
            };
        };
    };
    V1ReportSubscriptionsRemoveSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                subscription: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscriptions"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportSubscriptionsRunsRunAgain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                subscription: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunAgain"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionRow"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportsGallery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Gallery"];
                };
            };
        };
    };
    ReportAbcXyz: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportBalanceSheet: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportChanges: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportsColdChainColdChain: {
        parameters: {
            query?: {
                store?: string[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ColdChain"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportDaily: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportDetailLedger: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportExpiring: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportGeneralLedger: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportGmroi: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportLosses: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportMonthly: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportsNearExpiryNearExpiry: {
        parameters: {
            query?: {
                days?: number;
                store?: string[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Expiring"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportsNodesNodes: {
        parameters: {
            query?: {
                store?: string[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nodes"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportsOverviewOverview: {
        parameters: {
            query?: {
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Business"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportProfitAndLoss: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportsQualityQuality: {
        parameters: {
            query?: {
                from?: string | null;
                state?: string;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Blocked"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportsSafetySafety: {
        parameters: {
            query?: {
                store?: string[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Safety"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportsSalesSales: {
        parameters: {
            query?: {
                after?: string | null;
                by?: string;
                from?: string | null;
                limit?: number | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sales"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportSalesBy: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportSellThrough: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1ReportsStockStock: {
        parameters: {
            query?: {
                after?: string | null;
                by?: string;
                limit?: number | null;
                q?: string;
                store?: string[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OnHand"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportStockMovements: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportStockOuts: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportStockValue: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportSuppliers: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportTrialBalance: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ReportTurnover: {
        parameters: {
            query?: {
                account?: string;
                by?: string;
                compare?: string;
                days?: number | null;
                format?: string;
                from?: string | null;
                store?: string[] | null;
                to?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownReport"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    V1SessionSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    V1SessionSignOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, nothing follows */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": null;
                };
            };
        };
    };
    V1UsersKeepUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserRow"];
                };
            };
        };
    };
}
