// The types of the edge's HTTP contract, generated from openapi/edge.json by `npm run api`; do not edit.

export interface paths {
    "/v1/bridges/{bridge}/ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask */
        post: operations["V1BridgesAskAsk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bridges/authority": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Authority */
        get: operations["V1BridgesAuthorityAuthority"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bridges/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** MakeCode */
        post: operations["V1BridgesCodesMakeCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bridges/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enrol */
        post: operations["V1BridgesEnrolEnrol"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bridges/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rotate */
        post: operations["V1BridgesRotateRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bridges/sensors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** OpenSensor */
        post: operations["V1BridgesSensorsOpenSensor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Catalogue */
        get: operations["V1CatalogueCatalogue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cold-chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ColdChain */
        get: operations["V1ColdChainColdChain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cold-chain/fridge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Fridge */
        get: operations["V1ColdChainFridgeFridge"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cold-chain/record": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** TemperatureRecord */
        get: operations["V1ColdChainRecordTemperatureRecord"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Devices */
        get: operations["V1DevicesDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices/{device}/recent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recent */
        get: operations["V1DevicesRecentRecent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices/booked-twice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** BookedTwice */
        get: operations["V1DevicesBookedTwiceBookedTwice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/devices/set-aside": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** SetAside */
        get: operations["V1DevicesSetAsideSetAside"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gaps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Gaps */
        get: operations["V1GapsGaps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Live */
        get: operations["V1LiveLive"];
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
    "/v1/node": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** NodeState */
        get: operations["V1NodeNodeState"];
        put?: never;
        post?: never;
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
        /** Record */
        post: operations["V1OpsRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ops/{op_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OpState */
        get: operations["V1OpsOpIdOpState"];
        put?: never;
        post?: never;
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
        /** OpStates */
        post: operations["V1OpsStatesOpStates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Orders */
        get: operations["V1OrdersOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/photos/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show */
        get: operations["V1PhotosSha256Show"];
        /** Keep */
        put: operations["V1PhotosSha256Keep"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Places */
        get: operations["V1PlacesPlaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/print": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** PrintIt */
        post: operations["V1PrintPrintIt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/print/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Preview */
        get: operations["V1PrintPreviewPreview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/printers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Printers */
        get: operations["V1PrintersPrinters"];
        put?: never;
        /** SetPrinter */
        post: operations["V1PrintersSetPrinter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/printers/{printer}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** ForgetPrinter */
        delete: operations["V1PrintersForgetPrinter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/printers/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** SetStyle */
        post: operations["V1PrintersReceiptSetStyle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Receipts */
        get: operations["V1ReceiptsReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/scan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Scan */
        get: operations["V1ScanScan"];
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
    "/v1/stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stock */
        get: operations["V1StockStock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stock/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** StockOf */
        get: operations["V1StockSkuStockOf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stores */
        get: operations["V1StoresStores"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/today": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OfToday */
        get: operations["V1TodayOfToday"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Transfers */
        get: operations["V1TransfersTransfers"];
        put?: never;
        post?: never;
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
        /** Answered */
        Answered: {
            answer: string;
            detail: {
                [key: string]: string;
            };
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
        /** Authority */
        Authority: {
            ca: string;
        };
        /** Barcode */
        Barcode: {
            code: string;
            factor: string;
            unit: string;
        };
        /** BillCustomer */
        BillCustomer: {
            amount: string;
            customer: string;
            /** Format: date */
            dated: string;
            number: string;
        };
        /** BookedTwice */
        BookedTwice: {
            at: string;
            by: string;
            first_at: string;
            first_by: string;
            first_name: string;
            first_sku: string;
            name: string;
            scale: string;
            sku: string;
            unit: string;
            value: string;
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
        /** BridgeState */
        BridgeState: {
            /** @enum {string} */
            account: "active" | "revoked" | "none";
            bridge: string;
            cut_off: boolean;
            devices: number;
            known_to_broker: boolean;
            opened_at: string | null;
            opened_by: string;
            reason: string;
            revoked_at: string | null;
            /** @enum {string} */
            role: "bridge" | "sensor";
            since: string | null;
            /** @enum {string} */
            state: "online" | "offline" | "never";
            topics: string[];
            version: string;
        };
        /** BrokerState */
        BrokerState: {
            accounts: boolean;
            /** @enum {string} */
            state: "off" | "ready" | "unreachable" | "refused";
            why: string;
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
        /** Catalogue */
        Catalogue: {
            full: boolean;
            items: components["schemas"]["Item"][];
            removed: string[];
            scanners: components["schemas"]["Scanner"][];
            templates: components["schemas"]["Template"][];
            version: number;
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
        /** CloudState */
        CloudState: {
            at: string | null;
            state: string;
            why: string;
        };
        /** Code */
        Code: {
            account: string;
            code: string;
            command: string;
            expires_at: string;
        };
        /** ColdChainPage */
        ColdChainPage: {
            items: components["schemas"]["Sensor"][];
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
         * CustomerOrderLine
         * @description `unit_price` left out: the store's list price.
         */
        CustomerOrderLine: {
            qty: string;
            sku: string;
            /** @default null */
            unit_price?: string | null;
        };
        /** DayBook */
        DayBook: {
            checked_at: string | null;
            mended_at: string | null;
            since: string | null;
            state: string;
            why: string;
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
        /** Device */
        Device: {
            battery: string | null;
            bridge: string;
            cal_due: string | null;
            /** @enum {string} */
            cal_state: "none" | "ok" | "due_soon" | "expired";
            certificate: string;
            device: string;
            e: string | null;
            high: string | null;
            kind: string;
            last_seen: string | null;
            /** @enum {string} */
            limits_by: "" | "node" | "head_office";
            low: string | null;
            make: string;
            max: string | null;
            min: string | null;
            model: string;
            name: string;
            place: string;
            place_name: string;
            port: string;
            protocol: string;
            quantity: string;
            readings: components["schemas"]["DeviceReading"][];
            registered: boolean;
            retired: boolean;
            serial: string;
            status: string;
            template: string;
            unit: string;
            verification_class: string;
        };
        /** DeviceReading */
        DeviceReading: {
            at: string;
            quality: string;
            quantity: string;
            unit: string;
            value: string | null;
        };
        /** Devices */
        Devices: {
            bridges: components["schemas"]["BridgeState"][];
            broker: components["schemas"]["BrokerState"];
            items: components["schemas"]["Device"][];
        };
        /** Disk */
        Disk: {
            ballast: number;
            free: number;
            level: string;
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
        /**
         * Enrol
         * @description `proof` signs the code and the key with the key.
         */
        Enrol: {
            code: string;
            proof: string;
            public_key: string;
        };
        /** Enrolled */
        Enrolled: {
            bridge: string;
            ca: string;
            password: string;
            port: number;
            sensor_port: number;
            site: string;
            tls_port: number;
            user: string;
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
        /**
         * FactName
         * @description The name of a fact: its log in hex and its number there.
         */
        FactName: {
            log: string;
            seq: number;
        };
        /** FeedState */
        FeedState: {
            gen: number;
            parked: number;
            pos: number;
        };
        /** Fridge */
        Fridge: {
            at: string | null;
            cal_due: string | null;
            conditions: string[];
            defrost: components["schemas"]["Stretch"][];
            end: string;
            excursions: components["schemas"]["FridgeExcursion"][];
            high: string | null;
            low: string | null;
            masked_up_to: string | null;
            place: string;
            place_name: string;
            quantity: string;
            sensor: string;
            start: string;
            state: string;
            unit: string;
            value: string | null;
            window_s: number;
            windows: components["schemas"]["FridgeWindow"][];
        };
        /** FridgeExcursion */
        FridgeExcursion: {
            acknowledged: boolean;
            backfilled: boolean;
            began: string;
            ended: string | null;
            excursion: string;
            held: components["schemas"]["FridgeLot"][];
            level: number;
            limit: string;
            notes: components["schemas"]["FridgeNote"][];
            peak: string;
        };
        /** FridgeLot */
        FridgeLot: {
            lot: string;
            name: string;
            qty: string;
            sku: string;
        };
        /** FridgeNote */
        FridgeNote: {
            action: string;
            at: string;
            by: string;
            level: number;
            /** @enum {string} */
            what: "acknowledged" | "escalated";
        };
        /** FridgeWindow */
        FridgeWindow: {
            avg: string;
            max: string;
            min: string;
            outside_s: number;
            t: string;
        };
        /** GapRow */
        GapRow: {
            at: string;
            bridge: string;
            detail: {
                [key: string]: string;
            };
        };
        /** Gaps */
        Gaps: {
            rows: components["schemas"]["GapRow"][];
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
         * GiveBackVisits
         * @description For a customer who wants to go to another store.
         */
        GiveBackVisits: {
            package: string;
            visits: number;
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
        /** Hour */
        Hour: {
            amount: string;
            hour: number;
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
            unit_price: string;
        };
        /** InvoicePart */
        InvoicePart: {
            amount: string;
            invoice: string;
        };
        /** Item */
        Item: {
            barcodes: components["schemas"]["Barcode"][];
            base_unit: string;
            category: string;
            category_names: components["schemas"]["Words"];
            decimals: number;
            name: string;
            negative: string;
            price: string | null;
            price_version: number | null;
            shelf_life_days: number | null;
            sku: string;
            storage: string;
        };
        /** JudgeModels */
        JudgeModels: {
            healthy: boolean;
            /** @default  */
            why?: string;
        };
        /** KnownStore */
        KnownStore: {
            name: string;
            store: string;
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
        /** Ledger */
        Ledger: {
            log: string;
            parent: string;
            parent_seq: number;
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
        /** Lot */
        Lot: {
            expiry: string | null;
            held: string;
            lot: string;
            on_hand: string;
            place: string | null;
            received: string | null;
            state: string;
            supplier: string | null;
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
        /** Me */
        Me: {
            api_version: number;
            needs_bootstrap: boolean;
            server_time: string;
            side: string;
            signed_in: boolean;
            store: components["schemas"]["StoreOfNode"] | null;
            tenant: components["schemas"]["Tenant"];
            user: components["schemas"]["User"] | null;
        };
        /** MoveOfGoods */
        MoveOfGoods: {
            actor: string;
            at: string;
            from: string;
            kind: string;
            log: string;
            lot: string;
            qty: string;
            seq: number;
            to: string;
        };
        /** NewCode */
        NewCode: {
            account: string;
        };
        /**
         * NewSensor
         * @description An account that may only write, and only these topics (`tele/fridge/#`).
         */
        NewSensor: {
            account: string;
            topics: string[];
        };
        /** NodeState */
        NodeState: {
            cloud: components["schemas"]["CloudState"];
            day_book: components["schemas"]["DayBook"];
            disk: components["schemas"]["Disk"];
            feed: components["schemas"]["FeedState"];
            head: number;
            last_ack_at: string | null;
            log: string;
            node: string;
            notices: components["schemas"]["Notice"][];
            oldest_unsent_s: number;
            phones: components["schemas"]["PhoneState"][];
            quarantined: number;
            stable_seq: number;
            storage_failures: number;
            telemetry: components["schemas"]["TelemetryState"];
            unsent: number;
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
        /** Notice */
        Notice: {
            key: string;
            text: string;
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
        /** OpenExcursion */
        OpenExcursion: {
            began: string | null;
            excursion: string;
            held_lots: number;
            noted: string;
            peak: string | null;
        };
        /** OpIds */
        OpIds: {
            op_ids: string[];
        };
        /** Ops */
        Ops: {
            ops: components["schemas"]["Op"][];
        };
        /** OpState */
        OpState: {
            log?: string | null;
            op_id: string;
            seq?: number | null;
            /** @enum {string} */
            state: "accepted" | "synced" | "stable" | "unknown";
        };
        /** Order */
        Order: {
            due: string | null;
            lines: components["schemas"]["OrderedGoods"][];
            order: string;
            supplier: string;
        };
        /**
         * OrderAutomatically
         * @description The program asks to order by itself. Whatever the answer, it is on record.
         */
        OrderAutomatically: {
            suggestion: string;
        };
        /** OrderedGoods */
        OrderedGoods: {
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
        /** Orders */
        Orders: {
            items: components["schemas"]["Order"][];
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
        /** PhoneState */
        PhoneState: {
            device_id: string;
            gap: number;
            last_seq: number;
        };
        /** Photo */
        Photo: {
            mime: string;
            sha256: string;
            size: number;
            state: string;
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
        /**
         * Print
         * @description A request to print; `key` is made once by the page, so that asking again prints nothing twice.
         */
        Print: {
            /**
             * @default auto
             * @enum {unknown}
             */
            code?: "auto" | "gs1_128" | "gs1_data_matrix" | "qr_code";
            /** @default 1 */
            copies?: number;
            key: string;
            /** @enum {unknown} */
            kind: "lot" | "product" | "receipt" | "test" | "weight";
            /** @default null */
            language?: ("en" | "zh-CN") | null;
            /** @default  */
            lot?: string;
            printer: string;
            /** @default  */
            sale?: string;
            /** @default  */
            sku?: string;
            /** @default  */
            weight?: string;
        };
        /** Printed */
        Printed: {
            error?: components["schemas"]["Told"] | null;
            key: string;
            /** @enum {string} */
            state: "done" | "failed" | "unsure";
        };
        /** Printers */
        Printers: {
            items: components["schemas"]["PrinterShown"][];
            style: components["schemas"]["StyleShown"];
        };
        /**
         * PrinterSet
         * @description A printer as its form sends it; without an id it is a new one.
         */
        PrinterSet: {
            address: string;
            /** @default true */
            cut?: boolean;
            /** @enum {unknown} */
            dialect: "escpos" | "zpl";
            /** @default  */
            id?: string;
            name: string;
            /** @default 30 */
            paper_height_mm?: number;
            /** @default 40 */
            paper_width_mm?: number;
            /**
             * @default both
             * @enum {unknown}
             */
            prints?: "both" | "labels" | "receipts";
            /**
             * @default picture
             * @enum {unknown}
             */
            text_mode?: "gb18030" | "picture";
        };
        /** PrinterShown */
        PrinterShown: {
            address: string;
            cut: boolean;
            /** @enum {string} */
            dialect: "zpl" | "escpos";
            id: string;
            name: string;
            paper_height_mm: number;
            paper_width_mm: number;
            /** @enum {string} */
            prints: "labels" | "receipts" | "both";
            /** @enum {string} */
            text_mode: "picture" | "gb18030";
        };
        /** Question */
        Question: {
            /** @enum {unknown} */
            do: "ports" | "probe";
            /** @default  */
            port?: string;
        };
        /** RecallCredit */
        RecallCredit: {
            customer: string;
            store: string;
        };
        /** Receipt */
        Receipt: {
            at: string;
            inspected: boolean;
            lines: components["schemas"]["ReceiptLine"][];
            receipt: string;
            supplier: string | null;
        };
        /** ReceiptLine */
        ReceiptLine: {
            expiry: string | null;
            lot: string;
            name: string;
            qty: string;
            sku: string;
        };
        /** Receipts */
        Receipts: {
            items: components["schemas"]["Receipt"][];
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
        /** RecentSeries */
        RecentSeries: {
            points: components["schemas"]["RecentWindow"][];
            quantity: string;
            unit: string;
        };
        /** RecentValues */
        RecentValues: {
            device: string;
            series: components["schemas"]["RecentSeries"][];
            weights: components["schemas"]["RecentWeight"][];
        };
        /** RecentWeight */
        RecentWeight: {
            at: string;
            booked: boolean;
            cal_id: string;
            mode: string;
            raw: string;
            reading: string;
            unit: string;
            value: string;
        };
        /** RecentWindow */
        RecentWindow: {
            avg: string;
            max: string;
            min: string;
            t: string;
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
        /** Result */
        Result: {
            count?: number | null;
            error?: components["schemas"]["Told"] | null;
            log?: string | null;
            op_id: string;
            seq?: number | null;
            /** @enum {string} */
            state: "accepted" | "rejected";
            /** @default [] */
            warnings?: components["schemas"]["Told"][];
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
        /**
         * RevokeAccount
         * @description The broker ends its connection at once and lets it in no more; what it has sent stays.
         */
        RevokeAccount: {
            account: string;
            /** @default  */
            reason?: string;
        };
        /**
         * Rotate
         * @description `proof` signs the bridge's name and the moment with the key it enrolled with.
         */
        Rotate: {
            at_ms: number;
            bridge: string;
            proof: string;
        };
        /** Rotated */
        Rotated: {
            password: string;
        };
        /** SalesOfDay */
        SalesOfDay: {
            amount: string;
            count: number;
            qty: string;
        };
        /** Scanned */
        Scanned: {
            amount?: string | null;
            code: string;
            expiry?: string | null;
            factor?: string | null;
            kind: string;
            known: boolean;
            lot?: string | null;
            name?: string | null;
            qty?: string | null;
            sku?: string | null;
            unit?: string | null;
            unit_price?: string | null;
            warnings: components["schemas"]["Told"][];
        };
        /** Scanner */
        Scanner: {
            aim: string;
            gs_as: string;
            name: string;
            scanner: string;
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
            at: string | null;
            conditions: string[];
            excursion: components["schemas"]["OpenExcursion"] | null;
            high: string | null;
            level: number;
            low: string | null;
            place: string;
            place_name: string;
            quantity: string;
            sensor: string;
            series: components["schemas"]["Window"][];
            state: string;
            unanswered: number;
            unit: string;
            value: string | null;
        };
        /** SensorAccount */
        SensorAccount: {
            account: string;
            password: string;
            port: number;
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
        /** SetAsideMessages */
        SetAsideMessages: {
            rows: components["schemas"]["SetAsideRow"][];
        };
        /** SetAsideRow */
        SetAsideRow: {
            at: string;
            bridge: string;
            device: string;
            error: string;
            payload_hex: string;
            times: number;
            topic: string;
            what: string;
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
        /** States */
        States: {
            ledger: components["schemas"]["Ledger"];
            states: {
                [key: string]: "accepted" | "synced" | "stable" | "unknown";
            };
        };
        /** StockLine */
        StockLine: {
            available: string;
            base_unit: string;
            category: string;
            held: string;
            lots: number;
            name: string;
            next_expiry: string | null;
            on_hand: string;
            price: string | null;
            sku: string;
        };
        /** StockOfOne */
        StockOfOne: {
            available: string;
            base_unit: string;
            category: string;
            held: string;
            lots: components["schemas"]["Lot"][];
            moves: components["schemas"]["MoveOfGoods"][];
            name: string;
            next_expiry: string | null;
            on_hand: string;
            price: string | null;
            sku: string;
        };
        /** StockPage */
        StockPage: {
            items: components["schemas"]["StockLine"][];
            next?: string | null;
        };
        /**
         * StopAutomation
         * @description The kill switch: whoever may order may pull it.
         */
        StopAutomation: {
            reason: string;
        };
        /** StoreOfNode */
        StoreOfNode: {
            name: string;
            store: string;
            timezone: string;
        };
        /** StorePlace */
        StorePlace: {
            name: string;
            place: string;
        };
        /** StorePlaces */
        StorePlaces: {
            items: components["schemas"]["StorePlace"][];
        };
        /** Stores */
        Stores: {
            items: components["schemas"]["KnownStore"][];
        };
        /** Stretch */
        Stretch: {
            end: string;
            start: string;
        };
        /**
         * StyleShown
         * @description What stands on receipts besides the sale; the tax rate in percent.
         */
        StyleShown: {
            /** @default  */
            footing?: string;
            /** @default  */
            heading?: string;
            /** @default  */
            tax_number?: string;
            /** @default null */
            tax_rate?: string | null;
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
        /** Tasks */
        Tasks: {
            excursions: number;
            held: number;
            inbound_transfers: number;
            near_expiry: number;
            to_inspect: number;
            weighed_twice: number;
        };
        /** TelemetryState */
        TelemetryState: {
            rows: number;
        };
        /** Template */
        Template: {
            prefixes: string[];
            price_decimals: number;
            template: string;
            weight_decimals: number;
        };
        /** Tenant */
        Tenant: {
            currency: string;
            digits: number;
            name: string;
            symbol: string;
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
            unit_price: string;
        };
        /** Today */
        Today: {
            business_date: string;
            hourly: components["schemas"]["Hour"][];
            sales: components["schemas"]["SalesOfDay"];
            tasks: components["schemas"]["Tasks"];
        };
        /** Told */
        Told: {
            key: string;
            /** @default  */
            text?: string;
            values?: {
                [key: string]: string | number | null;
            };
        };
        /** Transfer */
        Transfer: {
            at: string;
            from_store: string;
            lines: components["schemas"]["TransferLine"][];
            state: string;
            to_store: string;
            transfer: string;
        };
        /** TransferIn */
        TransferIn: {
            from_store: string;
            lines: components["schemas"]["ArrivingLine"][];
            transfer: string;
        };
        /** TransferLine */
        TransferLine: {
            expiry: string | null;
            lot: string;
            name: string;
            received: string;
            sent: string;
            sku: string;
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
        /** Transfers */
        Transfers: {
            items: components["schemas"]["Transfer"][];
        };
        /** TwiceBooked */
        TwiceBooked: {
            rows: components["schemas"]["BookedTwice"][];
        };
        /** User */
        User: {
            name: string;
            permissions: string[];
            role: string;
            stores: string[];
            user: string;
        };
        /** VoidFacts */
        VoidFacts: {
            facts: components["schemas"]["FactName"][];
            /** @default  */
            note?: string;
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
        /** Window */
        Window: {
            avg: string;
            max: string;
            min: string;
            t: string;
        };
        /** Words */
        Words: {
            en: string;
            zh: string;
        };
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
    V1BridgesAskAsk: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bridge: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Question"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Answered"];
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
    V1BridgesAuthorityAuthority: {
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
                    "application/json": components["schemas"]["Authority"];
                };
            };
        };
    };
    V1BridgesCodesMakeCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCode"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Code"];
                };
            };
        };
    };
    V1BridgesEnrolEnrol: {
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
                    "application/json": components["schemas"]["Enrolled"];
                };
            };
        };
    };
    V1BridgesRotateRotate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rotate"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rotated"];
                };
            };
        };
    };
    V1BridgesSensorsOpenSensor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSensor"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SensorAccount"];
                };
            };
        };
    };
    V1CatalogueCatalogue: {
        parameters: {
            query?: {
                since?: number;
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
                    "application/json": components["schemas"]["Catalogue"];
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
    V1ColdChainColdChain: {
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
                    "application/json": components["schemas"]["ColdChainPage"];
                };
            };
        };
    };
    V1ColdChainFridgeFridge: {
        parameters: {
            query: {
                hours?: number;
                sensor: string;
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
                    "application/json": components["schemas"]["Fridge"];
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
    V1ColdChainRecordTemperatureRecord: {
        parameters: {
            query: {
                first: string;
                lang?: "zh-CN" | "en" | null;
                last: string;
                sensor: string;
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
    V1DevicesDevices: {
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
                    "application/json": components["schemas"]["Devices"];
                };
            };
        };
    };
    V1DevicesRecentRecent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device: string;
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
                    "application/json": components["schemas"]["RecentValues"];
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
    V1DevicesBookedTwiceBookedTwice: {
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
                    "application/json": components["schemas"]["TwiceBooked"];
                };
            };
        };
    };
    V1DevicesSetAsideSetAside: {
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
                    "application/json": components["schemas"]["SetAsideMessages"];
                };
            };
        };
    };
    V1GapsGaps: {
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
                    "application/json": components["schemas"]["Gaps"];
                };
            };
        };
    };
    V1LiveLive: {
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
                    "application/json": unknown;
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
    V1NodeNodeState: {
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
                    "application/json": components["schemas"]["NodeState"];
                };
            };
        };
    };
    V1OpsRecord: {
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
    V1OpsOpIdOpState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                op_id: string;
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
                    "application/json": components["schemas"]["OpState"];
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
    V1OpsStatesOpStates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpIds"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["States"];
                };
            };
        };
    };
    V1OrdersOrders: {
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
                    "application/json": components["schemas"]["Orders"];
                };
            };
        };
    };
    V1PhotosSha256Show: {
        parameters: {
            query?: {
                thumb?: boolean;
            };
            header?: never;
            path: {
                sha256: string;
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
    V1PhotosSha256Keep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sha256: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/jpeg": string;
                "image/png": string;
                "image/webp": string;
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Photo"];
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
    V1PlacesPlaces: {
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
                    "application/json": components["schemas"]["StorePlaces"];
                };
            };
        };
    };
    V1PrintPrintIt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Print"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Printed"];
                };
            };
        };
    };
    V1PrintPreviewPreview: {
        parameters: {
            query: {
                as?: "png" | "pdf";
                code?: "auto" | "gs1_128" | "gs1_data_matrix" | "qr_code";
                height_mm?: number;
                kind: "product" | "lot" | "weight" | "receipt" | "test";
                lang?: "zh-CN" | "en" | null;
                lot?: string;
                sale?: string;
                sku?: string;
                weight?: string;
                width_mm?: number;
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
    V1PrintersPrinters: {
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
                    "application/json": components["schemas"]["Printers"];
                };
            };
        };
    };
    V1PrintersSetPrinter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PrinterSet"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Printers"];
                };
            };
        };
    };
    V1PrintersForgetPrinter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                printer: string;
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
    V1PrintersReceiptSetStyle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StyleShown"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Printers"];
                };
            };
        };
    };
    V1ReceiptsReceipts: {
        parameters: {
            query?: {
                limit?: number;
                pending_inspection?: boolean;
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
                    "application/json": components["schemas"]["Receipts"];
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
    V1ScanScan: {
        parameters: {
            query: {
                raw: string;
                scanner?: string;
                symbology?: string | null;
                typed?: boolean;
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
                    "application/json": components["schemas"]["Scanned"];
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
    V1StockStock: {
        parameters: {
            query?: {
                after?: string;
                category?: string;
                limit?: number;
                q?: string;
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
                    "application/json": components["schemas"]["StockPage"];
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
    V1StockSkuStockOf: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sku: string;
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
                    "application/json": components["schemas"]["StockOfOne"];
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
    V1StoresStores: {
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
                    "application/json": components["schemas"]["Stores"];
                };
            };
        };
    };
    V1TodayOfToday: {
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
                    "application/json": components["schemas"]["Today"];
                };
            };
        };
    };
    V1TransfersTransfers: {
        parameters: {
            query?: {
                direction?: "in" | "out";
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
                    "application/json": components["schemas"]["Transfers"];
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
}
