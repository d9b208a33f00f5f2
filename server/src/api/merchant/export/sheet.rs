//! The columns of each kind of file, with titles as merchants read them.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::cell::{local, text, yuan};
use crate::{
    api::number::hundredths,
    phone::masked,
    store::{
        exchange::records::Status,
        export::{Draw, Exchange, Exported, Points, Review},
    },
};

/// A kind of row as a line of a file.
pub(super) trait Line: Exported {
    /// The titles of the columns; `…时间` is followed by the name of the zone.
    const TITLES: &'static [&'static str];

    /// The cells, one a title.
    fn cells(&self, zone: &TimeZone) -> Vec<Cow<'_, str>>;
}

fn number(number: i64) -> Cow<'static, str> {
    number.to_string().into()
}

fn optional<T>(value: Option<T>, cell: impl FnOnce(T) -> String) -> Cow<'static, str> {
    value.map_or(Cow::Borrowed(""), |value| cell(value).into())
}

fn phone(mobile: &str) -> Cow<'static, str> {
    masked(mobile).into()
}

impl Line for Review {
    const TITLES: &'static [&'static str] = &[
        "上传编号",
        "用户编号",
        "手机号",
        "申报金额（元）",
        "小票金额（元）",
        "识别金额（元）",
        "发放积分",
        "状态",
        "审核人编号",
        "审核意见",
        "疑似重复的上传",
        "上传时间",
        "审核时间",
    ];

    fn cells(&self, zone: &TimeZone) -> Vec<Cow<'_, str>> {
        let status = match self.review_status.as_str() {
            "pending" => "待审核",
            "approved" => "已通过",
            "rejected" => "已拒绝",
            other => other,
        };
        vec![
            text(&self.upload_id),
            number(self.user_id),
            phone(&self.mobile),
            optional(self.claimed_amount, yuan),
            optional(self.amount, yuan),
            optional(self.estimated_amount, yuan),
            optional(self.points_awarded, |points| points.to_string()),
            status.into(),
            optional(self.reviewer_id, |id| id.to_string()),
            text(self.review_reason.as_deref().unwrap_or_default()),
            text(self.possible_duplicate_of.as_deref().unwrap_or_default()),
            local(self.created_at, zone).into(),
            optional(self.review_time, |at| local(at, zone)),
        ]
    }
}

impl Line for Draw {
    const TITLES: &'static [&'static str] = &[
        "抽奖编号",
        "序号",
        "用户编号",
        "手机号",
        "奖品编号",
        "奖品名称",
        "奖品类型",
        "奖品价值（元或积分）",
        "消耗积分",
        "差一点中奖",
        "转盘抽中的奖品编号",
        "抽奖时间",
    ];

    fn cells(&self, zone: &TimeZone) -> Vec<Cow<'_, str>> {
        let kind = match self.prize_type.as_str() {
            "points" => "积分",
            "coupon" => "优惠券",
            "physical" => "实物",
            "empty" => "未中奖",
            other => other,
        };
        vec![
            text(&self.draw_id),
            number(self.seq),
            number(self.user_id),
            phone(&self.mobile),
            number(self.prize_id),
            text(&self.prize_name),
            kind.into(),
            optional(u32::try_from(self.prize_value).ok(), |value| hundredths(value).to_string()),
            number(self.points_cost),
            if self.is_near_miss { "是" } else { "否" }.into(),
            number(self.drawn_prize_id),
            local(self.created_at, zone).into(),
        ]
    }
}

impl Line for Exchange {
    const TITLES: &'static [&'static str] = &[
        "订单号",
        "来源",
        "用户编号",
        "手机号",
        "商品编号",
        "商品名称",
        "数量",
        "消耗积分",
        "状态",
        "抽奖编号",
        "下单时间",
        "状态更新时间",
    ];

    fn cells(&self, zone: &TimeZone) -> Vec<Cow<'_, str>> {
        let status = match self.status {
            Status::Pending => "待处理",
            Status::Shipped => "已发货",
            Status::Completed => "已完成",
            Status::Cancelled => "已取消",
        };
        vec![
            text(&self.order_id),
            if self.draw_id.is_some() { "抽奖" } else { "积分兑换" }.into(),
            number(self.user_id),
            phone(&self.mobile),
            optional(self.product_id, |id| id.to_string()),
            text(&self.product_name),
            number(self.quantity),
            number(self.points_cost),
            status.into(),
            text(self.draw_id.as_deref().unwrap_or_default()),
            local(self.created_at, zone).into(),
            local(self.updated_at, zone).into(),
        ]
    }
}

impl Line for Points {
    const TITLES: &'static [&'static str] =
        &["流水号", "用户编号", "手机号", "积分变动", "变动后积分", "原因", "说明", "关联编号", "变动时间"];

    fn cells(&self, zone: &TimeZone) -> Vec<Cow<'_, str>> {
        vec![
            number(self.id),
            number(self.user_id),
            phone(&self.mobile),
            number(self.points),
            number(self.balance_after),
            self.reason_text().into(),
            text(&self.description),
            text(self.related_id.as_deref().unwrap_or_default()),
            local(self.created_at, zone).into(),
        ]
    }
}
