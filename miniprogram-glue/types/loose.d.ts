/**
 * What `this` is in a page or a component is found when it runs: WeChat's typings know none of the fields that pages put
 * there. Everything else, above all `wx` and the language itself, is checked.
 */

type Definition = Record<string, any> & ThisType<any>;

declare namespace WechatMiniprogram {
  namespace Page {
    interface Constructor {
      (options: Definition): void;
    }
  }
  namespace Component {
    interface Constructor {
      (options: Definition): string;
    }
  }
  namespace Behavior {
    interface Constructor {
      (options: Definition): string;
    }
  }
  namespace App {
    interface Constructor {
      (options: Definition): void;
    }
  }
}
