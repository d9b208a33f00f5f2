const { definePage } = require("../../services/page");

definePage({ data: {} });
